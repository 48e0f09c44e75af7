import { expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { aloneOnPostgres } from '../../src/store/dialect/postgres-lock.ts'
import { startSweeping } from '../../src/start-sweeping.ts'
import { threeNodes } from './three-nodes.ts'

const LOCKS = [5_842_771_931, 5_842_771_932]

/** Sweeps once. */
const sweep = (ctx: Context) => startSweeping(ctx)()

async function tokensIn({ db }: Context): Promise<string[]> {
  const rows = await db.selectFrom('spent_tokens').select('jti').orderBy('jti').execute()
  return rows.map(({ jti }) => jti)
}

test('what has had its time is erased by one node while the others do without', async () => {
  const { api, nodes } = await threeNodes()
  const [first, second, third] = nodes.map(({ ctx }) => ctx) as [Context, Context, Context]
  const spent = (jti: string, minutesLeft: number) => ({
    jti,
    service_token_id: 'svc_1',
    idempotency_hash: null,
    expires_at: new Date(api.clock.nowMs() + minutesLeft * 60_000).toISOString(),
  })
  await first.db
    .insertInto('spent_tokens')
    .values([spent('old', -60), spent('young', 1)])
    .execute()
  await aloneOnPostgres(first.db, LOCKS[0]!, () =>
    aloneOnPostgres(first.db, LOCKS[1]!, async () => {
      await Promise.all([sweep(second), sweep(third)])
      expect(await tokensIn(first)).toEqual(['old', 'young'])
    }),
  )
  await Promise.all([first, second, third].map(sweep))
  expect(await tokensIn(first)).toEqual(['young'])
  expect(api.logs.filter((line) => line.includes('could not be erased'))).toEqual([])
})
