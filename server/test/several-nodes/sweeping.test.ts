import { expect, test } from 'vitest'
import type { Context } from '../../src/features/context.ts'
import { aloneOnPostgres } from '../../src/store/postgres/advisory-lock.ts'
import { startSweeping } from '../../src/boot/start-sweeping.ts'
import { threeNodes } from './three-nodes.ts'

const LOCKS = [
  5_842_771_931, 5_842_771_932, 5_842_771_933, 5_842_771_934, 5_842_771_935, 5_842_771_936,
]

/** Sweeps once. */
const sweep = (ctx: Context) => startSweeping(ctx)()

async function tokensIn({ db }: Context): Promise<string[]> {
  const rows = await db.selectFrom('spent_tokens').select('jti').orderBy('jti').execute()
  return rows.map(({ jti }) => jti)
}

test('one node erases what has expired; the others do not wait for it', async () => {
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
  await first.db
    .insertInto('verifications')
    .values({
      id: 'link',
      identifier: 'a link',
      value: '',
      expires_at: new Date(Date.now() - 1).toISOString(),
      created_at: null,
      updated_at: null,
    })
    .execute()
  const countLinks = async () =>
    (await first.db.selectFrom('verifications').select('id').execute()).length
  const holdingLocks = LOCKS.reduce<() => Promise<void>>(
    (work, lock) => () => aloneOnPostgres(first.db, lock, work),
    async () => {
      await Promise.all([sweep(second), sweep(third)])
      expect(await tokensIn(first)).toEqual(['old', 'young'])
      expect(await countLinks()).toBe(1)
    },
  )
  await holdingLocks()
  await Promise.all([first, second, third].map(sweep))
  expect(await tokensIn(first)).toEqual(['young'])
  expect(await countLinks()).toBe(0)
  expect(api.logs.filter((line) => line.includes('expired rows could not be deleted'))).toEqual([])
})
