import { hashSecretForNow } from '../crypto/hash.ts'

/** Keys of another system, of any shape: what is needed to know one by its secret. */
export type ImportedKeys = {
  count(): number
  /** Takes them in the order of the heads of their hashes. */
  add(key: { hash: Buffer; last4: string }): void
  /** @param tail four characters, a byte each; now and then it is wrong, and says yes */
  mayEndWith(tail: number): boolean
  has(secret: string): boolean
}

const TAIL_BITS = 24

/** Takes 8 bytes a key, and 2 MB. */
export function importedKeys(): ImportedKeys {
  // The database has the last word, so some 53 bits are enough.
  const heads: number[] = []
  // Hashed, since all there could be would take more than a processor's cache.
  const tails = new Uint32Array(2 ** TAIL_BITS / 32)
  const placeOf = (tail: number) => Math.imul(tail, 0x9e3779b1) >>> (32 - TAIL_BITS)

  return {
    count: () => heads.length,
    add({ hash, last4 }) {
      heads.push(headOf(hash))
      const place = placeOf(Buffer.from(last4, 'latin1').readInt32BE(0))
      tails[place >>> 5]! |= 1 << (place & 31)
    },
    mayEndWith(tail) {
      const place = placeOf(tail)
      return ((tails[place >>> 5]! >>> (place & 31)) & 1) === 1
    },
    has(secret) {
      const head = headOf(hashSecretForNow(secret))
      let [low, high] = [0, heads.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (heads[middle]! < head) low = middle + 1
        else high = middle
      }
      return heads[low] === head
    },
  }
}

/** `hashHead` to the precision of a number, in the same order. */
function headOf(sha256: Buffer): number {
  return sha256.readInt32BE(0) * 2 ** 32 + sha256.readUInt32BE(4)
}
