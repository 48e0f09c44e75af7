// The benchmark's keys: secrets in one file of 36 bytes each, so that a million cost no parsing.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { BASE62, checksum, KEY_PREFIX, RANDOM_LENGTH } from '../../../shared/src/keys/key-format.ts'

export const SECRET_LENGTH = 36
const BATCH = 10_000

/** Calls `store` with batches of fresh secrets, and writes all of them to `path`. */
export function makeSecrets(path: string, count: number, store: (secrets: string[]) => void): void {
  const file = openSync(path, 'w')
  for (let made = 0; made < count; made += BATCH) {
    const secrets = Array.from({ length: Math.min(BATCH, count - made) }, makeSecret)
    store(secrets)
    writeSync(file, secrets.join(''))
  }
  closeSync(file)
}

// Bias does not matter here, speed does.
function makeSecret(): string {
  const body =
    KEY_PREFIX + Array.from(randomBytes(RANDOM_LENGTH), (byte) => BASE62[byte % 62]!).join('')
  return body + checksum(body)
}

export function readSecrets(path: string): Buffer {
  return readFileSync(path)
}

export type Draw = 'zipf' | 'uniform'

/**
 * Draws key numbers as traffic does: by Zipf with exponent 1 (a few keys make most requests), or
 * uniformly (the worst case). Ranks are scattered over the table, so that hot keys are no neighbours.
 */
export function drawer(draw: Draw, count: number): () => number {
  if (draw === 'uniform') return () => Math.floor(Math.random() * count)
  const logOfCount = Math.log(count + 1)
  const stride = strideFor(count)
  return () => {
    const rank = Math.min(count - 1, Math.floor(Math.exp(Math.random() * logOfCount)) - 1)
    return (rank * stride) % count
  }
}

/** A number without a common divisor with `count`, so that multiplying by it permutes the ranks. */
function strideFor(count: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let stride = Math.floor(count * 0.618)
  while (gcd(stride, count) !== 1) stride++
  return stride
}
