import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import {
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import { addMember } from '../members/add-member.ts'
import { endInvitation } from './invitations.store.ts'

function act({ agent }: Person, verb: string, body: object) {
  return agent.post(`/api/session/organization/${verb}`).send(body)
}

/** Resolves when a statement waits for a lock; on SQLite whole transactions wait for their turn. */
async function untilOneWaits({ ctx }: TestApi): Promise<void> {
  if (ctx.database.dialect === 'sqlite') return
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(ctx.committed)
    if (rows.length > 0) return
  }
}

onEachDatabase((open) => {
  test('an invitation that is accepted while another request ends or renews it counts as accepted', async () => {
    const api = await open()
    const owner = await api.owner()

    /** Sends a request that finds the invitation before its acceptance is committed. */
    async function whileAccepted(verb: string, bodyOf: (token: string, email: string) => object) {
      const person = await api.owner()
      const invited = await act(owner, 'invite-member', { email: person.email, role: 'viewer' })
      const token = String(invited.body.id)
      const { answer } = await inTransaction(api.ctx, async (tx) => {
        await holdOrganization(tx, owner.organizationId)
        const by = verb === 'reject-invitation' ? person : owner
        const sent = act(by, verb, bodyOf(token, person.email)).then((got) => got)
        await untilOneWaits(api)
        await endInvitation(tx.db, token.split('.')[0]!, 'accepted')
        await addMember(tx, { ...person, name: 'Max' }, owner.organizationId, 'viewer', null)
        return { answer: sent }
      })
      const { status, body } = await answer
      return { status, shown: body.status as unknown }
    }

    const byToken = (invitationId: string) => ({ invitationId })
    expect(await whileAccepted('cancel-invitation', byToken)).toEqual({
      status: 200,
      shown: 'accepted',
    })
    expect((await whileAccepted('reject-invitation', byToken)).status).toBe(404)
    const renewal = (_: string, email: string) => ({ email, role: 'viewer', resend: true })
    expect((await whileAccepted('invite-member', renewal)).status).toBe(409)
  })
})
