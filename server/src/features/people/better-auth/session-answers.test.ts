import { sessionAnswers, type SessionAnswers } from '@zentrix/shared/routes/session-answers.ts'
import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type Person } from '../../../../../scripts/testkit/api/kit.ts'
import { totp } from '../../../../../scripts/testkit/api/totp.ts'

type Name = keyof SessionAnswers

/** Asks, and fails where the answer is not as the portal reads it. */
async function ask({ agent, cookie }: Person, name: Name, input: object = {}): Promise<unknown> {
  const [method, path = ''] = name.split(' ')
  const request = method === 'GET' ? agent.get(path) : agent.post(path).send(input)
  const { body } = await request.set('Cookie', cookie).expect(200)
  const { error } = sessionAnswers[name].safeParse(body)
  expect(error, `${name} answered ${JSON.stringify(body)}`).toBeUndefined()
  return body
}

onEachDatabase((open) => {
  test('every session endpoint answers as the portal reads it', async () => {
    const api = await open()
    const person = await api.owner()
    const guest = { email: 'ada@example.com', role: 'viewer' }
    const asked = new Map<Name, unknown>()
    const note = async (name: Name, input?: object) =>
      void asked.set(name, await ask(person, name, input))
    await note('POST /api/session/organization/invite-member', guest)
    await note('GET /api/session/organization/list-invitations')
    await note('GET /api/session/organization/list-members')
    await note('GET /api/session/organization/get-active-member')
    await note('GET /api/session/organization/list')
    await note('GET /api/session/get-session')
    await note('GET /api/session/list-sessions')
    await note('GET /api/session/list-accounts')
    await note('POST /api/session/sign-in/email', { email: person.email, password: PASSWORD })
    await note('POST /api/session/two-factor/enable', { password: PASSWORD })
    const { totpURI } = sessionAnswers['POST /api/session/two-factor/enable'].parse(
      asked.get('POST /api/session/two-factor/enable'),
    )
    const code = totp(new URL(totpURI).searchParams.get('secret') ?? '')
    const verified = await person.agent
      .post('/api/session/two-factor/verify-totp')
      .set('Cookie', person.cookie)
      .send({ code })
      .expect(200)
    person.cookie = cookiesOf(verified)
    await note('POST /api/session/two-factor/generate-backup-codes', { password: PASSWORD })
    for (const name of Object.keys(sessionAnswers))
      if (name !== 'POST /api/session/sign-in/social')
        // asked where there is a provider
        expect([...asked.keys()]).toContain(name)
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
