import { expect, test } from 'vitest'
import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'
import { openDesk } from './lease-desk.ts'
import type { Poller } from './lease-session.ts'

const first: LeasePoll = { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] }

test('a poll is answered when what it brought is counted, so that no verifier has two counted at once', async () => {
  const { ctx } = await testApi({ dialect: 'sqlite' })
  const { database, metrics, log, now } = ctx
  const counting = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const count = async ({ uses }: Pick<LeasePoll, 'uses'>) => {
    if (uses.length === 0) return
    begun.resolve()
    await counting.promise
  }
  const desk = await openDesk({ database, metrics, log, now, count })
  const asOf = await ctx.lookups.headOfChanges()
  const poller: Poller = { tokenId: 'svc_1', organizationIds: null, tokenEndsInMs: null, asOf }
  const poll = (asked: Partial<LeasePoll>) =>
    desk.poll({ ...first, ...asked }, poller, () => undefined)
  const { session, nonce, head } = await poll({})
  let isAnswered = false
  const use = { keyId: 'key_1', code: 'VALID' as const, ip: null, count: 1, agoMs: 0 }
  const answered = poll({ session, nonce, applied: head, batch: 1, uses: [use] }).then(
    () => (isAnswered = true),
  )
  await begun.promise
  desk.stop() // answers all polls that are held
  await new Promise((resolve) => setImmediate(resolve))
  expect(isAnswered).toBe(false)
  counting.resolve()
  await answered
  await desk.close()
})
