import { askAbout } from '../../testkit/load/ask.ts'
import type { Connection } from '../../testkit/load/connection.ts'
import type { Key, KeyPool } from '../../testkit/load/key-pool.ts'
import type { Random } from '../../testkit/load/random.ts'

export type VerifyClient = {
  connection: Connection
  serviceToken: string
  kind: 'verify' | 'check'
  isPipelining: boolean
}

const MAX_PIPELINED = 8

/** Asks about keys without pause, one at a time or several in one write, until told to stop. */
export async function verifyWithoutPause(
  { connection, serviceToken, kind, isPipelining }: VerifyClient,
  pool: KeyPool,
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const count = isPipelining ? random.between(2, MAX_PIPELINED) : 1
    const keys = chooseKeys(pool, random, count)
    await askAbout(connection, serviceToken, kind, keys)
  }
}

/** The same key several times, or a different one each time. */
function chooseKeys(pool: KeyPool, random: Random, count: number): Key[] {
  const first = pool.choose(random)
  if (random.chance(0.5)) return Array.from({ length: count }, () => first)
  return Array.from({ length: count }, () => pool.choose(random))
}
