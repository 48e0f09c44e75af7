import {
  sessionAnswers,
  type SessionAnswers,
} from '@zentrix/shared/routes/people/session-answers.ts'
import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type Person } from '../../../../../scripts/testkit/api/kit.ts'
import { totp } from '../../../../../scripts/testkit/api/totp.ts'

type Name = keyof SessionAnswers

/** Asks, and fails where the answer is not as the portal reads it. */
async function ask(person: Person, name: Name, input: object = {}): Promise<unknown> {
  const { agent } = person
  const [method, path = ''] = name.split(' ')
  const request = method === 'GET' ? agent.get(path).query(input) : agent.post(path).send(input)
  const answer = await request.set('Cookie', person.cookie).expect(200)
  // Some answers go on with another session.
  if (name !== 'POST /api/session/sign-up/email') person.cookie = cookiesOf(answer) || person.cookie
  const { body } = answer
  const { error } = sessionAnswers[name].safeParse(body)
  expect(error, `${name} answered ${JSON.stringify(body)}`).toBeUndefined()
  return body
}

const INVITE = 'POST /api/session/organization/invite-member'

/** Asked where there is a provider, a proved address, or a link from a mail. */
const askedElsewhere: Name[] = [
  'POST /api/session/sign-in/social',
  'GET /api/session/organization/list-user-invitations',
  'POST /api/session/request-password-reset',
  'POST /api/session/reset-password',
]

onEachDatabase((open) => {
  test('every session endpoint answers as its schema says', async () => {
    const api = await open()
    const person = await api.owner()
    const host = await api.owner()
    const asked = new Map<Name, unknown>()
    async function note(name: Name, input?: object, by = person): Promise<unknown> {
      const answer = await ask(by, name, input)
      asked.set(name, answer)
      return answer
    }
    const inviteAs = async (by: Person, email: string) =>
      (await note(INVITE, { email, role: 'viewer' }, by)) as { id: string }

    await inviteAs(person, 'ada@example.com')
    await note('GET /api/session/ok')
    await note('GET /api/session/organization/list-invitations')
    await note('GET /api/session/organization/get-full-organization')
    await note('GET /api/session/organization/get-organization')
    await note('GET /api/session/organization/get-active-member')
    await note('GET /api/session/organization/get-active-member-role')
    await note('POST /api/session/organization/has-permission', {
      permissions: { member: ['create'] },
    })
    await note('POST /api/session/organization/set-active', {
      organizationId: person.organizationId,
    })
    await note('POST /api/session/organization/update', { data: { name: 'Another name' } })
    await note('GET /api/session/organization/list')
    await note('GET /api/session/get-session')
    await note('GET /api/session/list-sessions')
    await note('GET /api/session/list-accounts')
    await note('POST /api/session/update-user', { name: 'Ada' })

    const first = await inviteAs(host, person.email)
    await note('GET /api/session/organization/get-invitation', { id: first.id })
    await note('POST /api/session/organization/reject-invitation', { invitationId: first.id })
    const third = await inviteAs(host, person.email)
    await note('POST /api/session/organization/accept-invitation', { invitationId: third.id })
    const fourth = await inviteAs(host, 'grace@example.com')
    await note(
      'POST /api/session/organization/cancel-invitation',
      { invitationId: fourth.id },
      host,
    )
    const { members } = (await note(
      'GET /api/session/organization/list-members',
      undefined,
      host,
    )) as { members: { id: string; userId: string }[] }
    const memberId = members.find(({ userId }) => userId === person.id)!.id
    await note(
      'POST /api/session/organization/update-member-role',
      { memberId, role: 'member' },
      host,
    )
    await note('POST /api/session/organization/leave', { organizationId: host.organizationId })
    const guest = await api.member(host.organizationId, 'viewer')
    await note(
      'POST /api/session/organization/remove-member',
      { memberIdOrEmail: guest.email },
      host,
    )

    const credentials = { email: host.email, password: PASSWORD }
    await note('POST /api/session/sign-in/email', credentials, host)
    await note('POST /api/session/sign-up/email', {
      name: 'Grace',
      email: 'grace.hopper@example.com',
      password: PASSWORD,
    })
    await note('POST /api/session/two-factor/enable', { password: PASSWORD })
    const { totpURI } = sessionAnswers['POST /api/session/two-factor/enable'].parse(
      asked.get('POST /api/session/two-factor/enable'),
    )
    const secret = new URL(totpURI).searchParams.get('secret') ?? ''
    await note('POST /api/session/two-factor/verify-totp', { code: totp(secret) })
    const { backupCodes } = (await note('POST /api/session/two-factor/generate-backup-codes', {
      password: PASSWORD,
    })) as { backupCodes: string[] }
    await note('POST /api/session/two-factor/verify-backup-code', { code: backupCodes[0] })
    await note('POST /api/session/two-factor/disable', { password: PASSWORD })
    await note('POST /api/session/change-password', {
      currentPassword: PASSWORD,
      newPassword: `${PASSWORD} 2`,
    })
    await note('POST /api/session/revoke-session', { token: 'none' })
    await note('POST /api/session/revoke-other-sessions')
    await note('POST /api/session/sign-out')
    await note('POST /api/session/revoke-sessions', {}, host)

    for (const name of Object.keys(sessionAnswers) as Name[])
      if (!askedElsewhere.includes(name)) expect([...asked.keys()]).toContain(name)
    // A schema that an empty list satisfies has compared nothing.
    for (const [name, answer] of asked) expect(answer, name).not.toEqual([])
  })

  test('without a session, get-session answers null', async () => {
    const api = await open()
    const { body } = await api.request.get('/api/session/get-session').expect(200)
    expect(sessionAnswers['GET /api/session/get-session'].parse(body)).toBeNull()
  })
})

function cookiesOf({ headers }: { headers: Record<string, unknown> }): string {
  const cookies = (headers['set-cookie'] ?? []) as string[]
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}
