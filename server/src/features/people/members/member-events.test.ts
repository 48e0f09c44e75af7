import { expect, test } from 'vitest'
import type { AuditEvent, AuditEventPage } from '@zentrix/shared/schemas/audit.ts'
import { onEachDatabase, type Person } from '../../../../../scripts/testkit/api/kit.ts'

async function act(person: Person, verb: string, body: object): Promise<Record<string, string>> {
  const { status, body: answer } = await person.agent
    .post(`/api/session/organization/${verb}`)
    .send(body)
  expect(status, `${verb}: ${JSON.stringify(answer)}`).toBe(200)
  return answer as Record<string, string>
}

async function newestEvents(person: Person, count: number): Promise<AuditEvent[]> {
  const { body } = await person.agent.get(`/api/audit-events?limit=${count}`).expect(200)
  return (body as AuditEventPage).data
}

onEachDatabase((open) => {
  test('each step of an invitation has an event, with the invited address and the actor', async () => {
    const api = await open()
    const owner = await api.owner()
    const [declining, accepting] = [await api.owner(), await api.owner()]
    const invite = (email: string, more = {}) =>
      act(owner, 'invite-member', { email, role: 'viewer', ...more })
    const by = (id: string) => ({ type: 'user', id })

    const { id: declined } = await invite(declining.email)
    await act(declining, 'reject-invitation', { invitationId: declined })
    const { email } = declining
    expect(await newestEvents(owner, 2)).toMatchObject([
      { action: 'member.invitation_declined', actor: by(declining.id), changes: { email } },
      { action: 'member.invited', actor: by(owner.id), changes: { email, role: 'viewer' } },
    ])

    await invite(accepting.email)
    await invite(accepting.email, { resend: true })
    const { id: replacing } = await invite(accepting.email, { role: 'member' })
    const told = { email: accepting.email }
    expect(await newestEvents(owner, 4)).toMatchObject([
      { action: 'member.invited', changes: { ...told, role: 'member' } },
      { action: 'member.invitation_cancelled', changes: { ...told, role: 'viewer' } },
      { action: 'member.invited', changes: { ...told, expiresAt: { from: expect.any(String) } } },
      { action: 'member.invited', changes: { ...told, role: 'viewer' } },
    ])

    for (const _ of ['once', 'again'])
      await act(owner, 'cancel-invitation', { invitationId: replacing })
    const { id: accepted } = await invite(accepting.email)
    await act(accepting, 'accept-invitation', { invitationId: accepted })
    const events = await newestEvents(owner, 3)
    expect(events).toMatchObject([
      { action: 'member.added', actor: by(accepting.id), changes: { userId: accepting.id } },
      { action: 'member.invited' },
      { action: 'member.invitation_cancelled', changes: { ...told, role: 'member' } },
    ])
    // A reader of the log must not be able to accept.
    for (const token of [declined, replacing, accepted])
      expect(JSON.stringify(await newestEvents(owner, 100))).not.toContain(token)
  })
})
