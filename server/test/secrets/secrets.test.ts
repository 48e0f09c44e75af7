import { expect, test } from 'vitest'
import { onEachDatabase, PASSWORD, type TestApi } from '../../../scripts/testkit/api/kit.ts'
import {
  noteSecrets,
  type Kind,
  type KnownSecrets,
} from '../../../scripts/testkit/secrets/known-secrets.ts'
import { recordHttp, type Exchange } from '../../../scripts/testkit/secrets/record-http.ts'
import {
  leaksInAnswers,
  leaksInFiles,
  leaksInRows,
  leaksInText,
} from '../../../scripts/testkit/secrets/search-secrets.ts'

const IDEMPOTENCY_KEY = '0c9d1c5be1f94a6c8a4de1b40b9a7d55'

function listenTo(api: TestApi): { known: KnownSecrets; exchanges: Exchange[] } {
  const known: KnownSecrets = { kinds: new Map(), shapeless: [] }
  const exchanges: Exchange[] = []
  recordHttp(api.app.server, (exchange) => {
    exchanges.push(exchange)
    noteSecrets(known, exchange)
  })
  return { known, exchanges }
}

onEachDatabase((open) => {
  test('every secret that a service issues or receives is known as one', async () => {
    const api = await open()
    const { known } = listenTo(api)
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const named = await owner.agent
      .post('/api/keys')
      .set('Idempotency-Key', IDEMPOTENCY_KEY)
      .send({ label: 'Second' })
      .expect(201)
    const token = await owner.agent
      .post('/api/service-tokens')
      .send({ name: 'Gateway', scopes: ['keys:verify'] })
      .expect(201)
    const minted = await api.request
      .post('/api/widget/token')
      .set('Authorization', `Bearer ${key}`)
      .send({ agentId: '550e8400-e29b-41d4-a716-446655440000' })
    const signedIn = await api.request
      .post('/api/session/sign-in/email')
      .send({ email: owner.email, password: PASSWORD })
      .expect(200)
    const factor = await owner.agent
      .post('/api/session/two-factor/enable')
      .send({ password: PASSWORD })
      .expect(200)
    const invited = await owner.agent
      .post('/api/session/organization/invite-member')
      .send({ email: 'max@example.com', role: 'viewer' })
      .expect(200)

    const bodies = [named, token, minted, factor, invited].map(({ text }) => text).join('')
    const kindsIn = (text: string) =>
      [...known.kinds].filter(([secret]) => text.includes(secret)).map(([, kind]) => kind)
    const expected: Kind[] = ['key', 'serviceToken', 'secondFactor', 'invitation']
    expect(kindsIn(bodies)).toEqual(expect.arrayContaining(expected))
    expect(known.kinds.get(key)).toBe('key')
    for (const sent of [PASSWORD, IDEMPOTENCY_KEY]) expect(known.kinds.get(sent)).toBe('credential')
    expect(kindsIn(decodeURIComponent(String(signedIn.headers['set-cookie'])))).toContain(
      'credential',
    )
  })

  test('a name that every object has is no secret, though it was sent as a key', async () => {
    const api = await open()
    const { exchanges, known } = listenTo(api)
    const sent = { key: 'constructor', ['constructor']: 1 }
    await api.request
      .post('/api/auth/verify')
      .set('Authorization', `Bearer ${await api.serviceToken({ scopes: ['keys:verify'] })}`)
      .send(sent)
      .expect(400)
    expect(exchanges.at(-1)!.answered.body).toContain('constructor')
    expect(leaksInAnswers(exchanges, known)).toEqual([])
  })

  test('a secret that is stored, answered again or logged is found', async () => {
    const api = await open()
    const { exchanges } = listenTo(api)
    const owner = await api.owner()
    const planted = ['nas_0123456789ABCDEFGHIJKLMNOPabcdef', 'a secret without a shape']
    for (const label of planted) {
      const { id } = await api.issueKey(owner)
      await api.ctx.db.updateTable('api_keys').set({ label }).where('id', '=', id).execute()
    }
    await owner.agent.get('/api/keys').expect(200)
    const known: KnownSecrets = {
      kinds: new Map(planted.map((secret) => [secret, 'key'])),
      shapeless: [planted[1]!],
    }
    const { database } = api.ctx.config
    const stored =
      database.dialect === 'sqlite'
        ? leaksInFiles(database.path, known)
        : await leaksInRows(database.url, known)
    for (const secret of planted) {
      const found = expect.stringContaining(secret.slice(0, 12)) as string
      expect(stored).toContainEqual(found)
      expect(leaksInText(`{"msg":"${secret}"}`, known, 'the log')).toEqual([found])
      expect(leaksInAnswers(exchanges, known)).toContainEqual(
        expect.stringMatching(`${secret.slice(0, 12)}.* the answer 200 to GET /api/keys`),
      )
    }
  })
})
