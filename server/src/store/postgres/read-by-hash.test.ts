import { setImmediate as turn } from 'node:timers/promises'
import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { hashSecret } from '../../crypto/hash.ts'
import { isOutage } from '../../lib/failures.ts'
import { postgresReadByHash } from './read-by-hash.ts'

type Row = { id: string }
type Asked = { hashes: Buffer[]; answer: PromiseWithResolvers<{ rows: unknown[] }> }

const query = { sql: 'select' } as CompiledQuery<Row & { hash: Buffer }>

/** A pool whose answers the test gives. */
function waitingPool() {
  const asked: Asked[] = []
  const pool = {
    query({ values }: { values: [bigint[], Buffer[]] }) {
      const answer = Promise.withResolvers<{ rows: unknown[] }>()
      asked.push({ hashes: values[1], answer })
      return answer.promise
    },
  }
  return { asked, read: postgresReadByHash<Row>(pool as unknown as pg.Pool, query, 'test') }
}

const hashes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => hashSecret(`secret ${from + at}`))

const rowsOf = (found: Buffer[]) => ({
  rows: found.map((hash) => ({ id: hash.toString('hex'), hash })),
})

test('all that is asked in one turn goes in one query, and each gets its own row', async () => {
  const { asked, read } = waitingPool()
  const [first, second, unknown] = hashes(0, 3) as [Buffer, Buffer, Buffer]
  const rows = [first, second, unknown, first].map(read)
  await turn()
  expect(asked).toHaveLength(1)
  asked[0]!.answer.resolve(rowsOf([second, first]))
  expect((await Promise.all(rows)).map((row) => row?.id)).toEqual([
    first.toString('hex'),
    second.toString('hex'),
    undefined,
    first.toString('hex'),
  ])
})

test('while four queries are under way, questions gather for the next', async () => {
  const { asked, read } = waitingPool()
  for (const hash of hashes(0, 4)) {
    void read(hash)
    await turn()
  }
  const gathered = hashes(4, 9).map(read)
  await turn()
  expect(asked).toHaveLength(4)
  asked[0]!.answer.resolve(rowsOf([]))
  await turn()
  await turn()
  expect(asked.map((one) => one.hashes.length)).toEqual([1, 1, 1, 1, 5])
  asked[4]!.answer.resolve(rowsOf(hashes(4, 9)))
  expect(await Promise.all(gathered)).toHaveLength(5)
})

test('a query that fails fails for all who asked, and the next ones are asked again', async () => {
  const { asked, read } = waitingPool()
  const rows = Promise.allSettled(hashes(0, 3).map(read))
  await turn()
  asked[0]!.answer.reject(new Error('Connection terminated'))
  expect((await rows).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  void read(hashes(0, 1)[0]!)
  await turn()
  expect(asked).toHaveLength(2)
})

test('a question that would wait too long fails at once', async () => {
  const { read } = waitingPool()
  for (const hash of hashes(0, 10_000)) void read(hash)
  const error: unknown = await Promise.resolve(read(hashes(0, 1)[0]!)).catch((e: unknown) => e)
  expect(isOutage(error)).toBe(true)
})
