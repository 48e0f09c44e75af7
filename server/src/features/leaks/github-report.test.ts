import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  onEachDatabase,
  testApi,
  type Settings,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import { startKeyServer } from '../../../test/key-server.ts'
import { startMailServer, textOf } from '../../../../scripts/testkit/processes/mail-server.ts'

const URL_FOUND = 'https://github.com/octocat/Hello-World/blob/123456/foo/bar.txt'
const found = (token: string, url: string | null = URL_FOUND, more: object = {}) => ({
  token,
  type: 'zentrix_api_key',
  url,
  source: 'Content',
  ...more,
})

type Open = (settings?: Settings) => Promise<TestApi>

async function openWithKeys(open: Open, env: Record<string, string> = {}) {
  const { url, signer } = await startKeyServer()
  const api = await open({ env: { LEAK_KEYS_URL: url, ...env } })
  async function report(...reports: object[]) {
    const body = JSON.stringify(reports)
    const answer = await api.request
      .post('/api/leaks/github')
      .set(signer.headersFor(body))
      .send(body)
    expect(answer.status).toBe(200)
    return answer.body as { token_hash: string; token_type: string; label: string }[]
  }
  return { api, report }
}

async function eventsOf(person: { agent: TestApi['request'] }, query: string) {
  const { body } = await person.agent.get(`/api/audit-events?${query}`).expect(200)
  return body.data as { action: string; actor: object; changes: object; ip: string }[]
}

onEachDatabase((open) => {
  test('a reported key is revoked at once, and its record and the log show where it was found', async () => {
    const { api, report } = await openWithKeys(open)
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    expect(await report(found(key), found('nas_unknown'))).toEqual([
      {
        token_hash: createHash('sha256').update(key).digest('hex'),
        token_type: 'zentrix_api_key',
        label: 'true_positive',
      },
      expect.objectContaining({ label: 'false_positive' }),
    ])
    expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
    const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
    expect(body).toMatchObject({
      status: 'revoked',
      revokeReason: 'Found in public by secret scanning',
      leakedAt: api.clock.now(),
      leakedUrl: URL_FOUND,
    })
    const events = await eventsOf(owner, `keyId=${id}`)
    expect(events.map(({ action }) => action)).toEqual(['key.leaked', 'key.revoked', 'key.created'])
    expect(events[0]).toMatchObject({
      actor: { type: 'system', name: 'GitHub secret scanning' },
      changes: { source: 'content', url: URL_FOUND },
      ip: '127.0.0.1',
    })
    expect(api.logs.join('')).toContain('a secret was found in public')
    expect(api.logs.join('')).not.toContain(key.slice(4))
  })

  test('the same report again changes nothing', async () => {
    const { api, report } = await openWithKeys(open)
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    const first = await report(found(key), found(key, null))
    const record = (await owner.agent.get(`/api/keys/${id}`)).body
    api.clock.advance(60)
    expect(await report(found(key), found(key, 'https://example.com/other'))).toEqual(first)
    expect((await owner.agent.get(`/api/keys/${id}`)).body).toEqual(record)
    expect(await eventsOf(owner, `keyId=${id}`)).toHaveLength(3)
  })

  test('under notify a reported key stays good, and is marked', async () => {
    const { api, report } = await openWithKeys(open, { LEAK_POLICY: 'notify' })
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    expect(await report(found(key))).toMatchObject([{ label: 'true_positive' }])
    expect(await api.verify(key)).toMatchObject({ valid: true })
    const { body } = await owner.agent.get('/api/keys').expect(200)
    expect(body.data).toMatchObject([{ id, status: 'active', leakedUrl: URL_FOUND }])
    expect(await eventsOf(owner, 'action=key.leaked')).toHaveLength(1)
    const answer = await api.request.post('/api/keys/revoke-leaked').send({ key })
    expect(answer.status).toBe(202)
    expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
    expect(await eventsOf(owner, 'action=key.leaked')).toHaveLength(1)
  })

  test('a reported key within its overlap is revoked, and its successor stays good', async () => {
    const { api, report } = await openWithKeys(open)
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    const rotated = await owner.agent
      .post(`/api/keys/${id}/rotate`)
      .send({ overlapSeconds: 3600 })
      .expect(201)
    expect(await api.verify(key)).toMatchObject({ valid: true })
    await report(found(key))
    expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
    expect(await api.verify(rotated.body.key)).toMatchObject({ valid: true })
    expect(rotated.body.leakedAt).toBe(null)
  })

  test('the successor of a marked key is not marked', async () => {
    const { api, report } = await openWithKeys(open, { LEAK_POLICY: 'notify' })
    const owner = await api.owner()
    const { id, key } = await api.issueKey(owner)
    await report(found(key))
    const { body } = await owner.agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds: 0 })
    expect(body).toMatchObject({ leakedAt: null, leakedUrl: null, status: 'active' })
  })

  test('keys that ended before count as ours, and no other key is changed', async () => {
    const { api, report } = await openWithKeys(open)
    const owner = await api.owner()
    const stranger = await api.owner()
    const [revoked, other] = [await api.issueKey(owner), await api.issueKey(owner)]
    const foreign = await api.issueKey(stranger)
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    expect(await report(found(revoked.key))).toMatchObject([{ label: 'true_positive' }])
    expect(await eventsOf(owner, 'action=key.leaked')).toHaveLength(1)
    expect(await eventsOf(stranger, 'action=key.leaked')).toEqual([])
    for (const { key } of [other, foreign])
      expect(await api.verify(key)).toMatchObject({ valid: true })
  })

  test('a reported service token is revoked too', async () => {
    const { api, report } = await openWithKeys(open)
    const owner = await api.owner()
    const { body: made } = await owner.agent
      .post('/api/service-tokens')
      .send({ name: 'Gateway', scopes: ['keys:verify'] })
      .expect(201)
    const operators = await api.serviceToken()
    const ask = (token: string) =>
      api.request.post('/api/auth/verify').set('Authorization', `Bearer ${token}`).send({ key: '' })
    for (const token of [made.token, operators]) expect((await ask(token)).status).toBe(200)
    for (let times = 0; times < 2; times++)
      expect(await report(found(made.token), found(operators))).toMatchObject([
        { label: 'true_positive' },
        { label: 'true_positive' },
      ])
    for (const token of [made.token, operators]) expect((await ask(token)).status).toBe(401)
    expect((await eventsOf(owner, 'limit=100')).map(({ action }) => action).slice(0, 3)).toEqual([
      'service_token.leaked',
      'service_token.revoked',
      'service_token.created',
    ])
  })
})

test('under notify a service token stays good, and its owners see that it leaked', async () => {
  const { api, report } = await openWithKeys(testApi, { LEAK_POLICY: 'notify' })
  const owner = await api.owner()
  const { body: made } = await owner.agent
    .post('/api/service-tokens')
    .send({ name: 'Gateway', scopes: ['keys:verify'] })
  await report(found(made.token))
  const { body } = await owner.agent.get('/api/service-tokens').expect(200)
  expect(body.data).toMatchObject([{ id: made.id, status: 'active', leakedAt: api.clock.now() }])
})

test('the place is kept only if it may be shown', async () => {
  const { api, report } = await openWithKeys(testApi)
  const owner = await api.owner()
  const places: [url: unknown, kept: string | null][] = [
    ['', null],
    [null, null],
    ['javascript:alert(1)', null],
    ['not a url', null],
    ['https://user:pass@example.com/a?token=b#c', 'https://example.com/a#c'],
    ['https://example.com/a b\n<script>', 'https://example.com/a%20b%3Cscript%3E'],
    [`https://example.com/${'x'.repeat(3000)}`, 'https://example.com'],
  ]
  for (const [url, kept] of places) {
    const { id, key } = await api.issueKey(owner)
    await report(found(key, url as string))
    expect((await owner.agent.get(`/api/keys/${id}`)).body.leakedUrl).toBe(kept)
  }
  const { id, key } = await api.issueKey(owner)
  const hidden = encodeURIComponent(key).replace('nas', '%6eas')
  await report(found(key, `https://example.com/${hidden}`, { type: key, source: `x\n${key}` }))
  const { text } = await owner.agent.get(`/api/audit-events?keyId=${id}`)
  expect(text).toContain('"source":"unknown"')
  expect(text).not.toContain(key.slice(4))
  expect((await owner.agent.get(`/api/keys/${id}`)).body.leakedUrl).toBe('https://example.com')
})

test('no answer contains the secret', async () => {
  const { api, report } = await openWithKeys(testApi)
  const { key } = await api.issueKey(await api.owner())
  const answer = await report(found(key, URL_FOUND, { type: `a ${key}`, added_later: { key } }))
  expect(JSON.stringify(answer)).not.toContain(key)
})

test('only owners and admins get a mail about a live key, once', async () => {
  for (const policy of ['notify', 'revoke']) {
    const { mails, url } = await startMailServer()
    const { api, report } = await openWithKeys(testApi, { LEAK_POLICY: policy, SMTP_URL: url })
    const owner = await api.owner()
    const admin = await api.member(owner.organizationId, 'admin')
    await api.member(owner.organizationId, 'member')
    await api.owner()
    const live = await api.issueKey(owner, { label: 'Shop' })
    const ended = await api.issueKey(owner, { label: 'Ended' })
    await owner.agent.delete(`/api/keys/${ended.id}`)
    await report(found(live.key), found(ended.key), found('nas_unknown'))
    await report(found(live.key))
    expect(mails.map(({ to }) => to).sort()).toEqual([owner.email, admin.email].sort())
    const content = textOf(mails[0]!)
    expect(content).toContain(`"Shop", nas_...${live.key.slice(-4)}`)
    expect(content).toContain(URL_FOUND)
    expect(content).toContain(policy === 'notify' ? 'revoke it now' : 'was revoked')
    expect(content).not.toContain('Ended')
    expect(content).not.toContain(live.key)
  }
})

test('a mail names the number and kind of the leaked secrets, in good English', async () => {
  for (const policy of ['notify', 'revoke']) {
    const isKept = policy === 'notify'
    const { mails, url } = await startMailServer()
    const { api, report } = await openWithKeys(testApi, { LEAK_POLICY: policy, SMTP_URL: url })
    const owner = await api.owner()
    const newKey = async () => (await api.issueKey(owner, { label: 'shop.evil.example' })).key
    const newToken = async () => {
      const made = await owner.agent
        .post('/api/service-tokens')
        .send({ name: 'https://evil.example', scopes: ['keys:verify'] })
        .expect(201)
      return String(made.body.token)
    }
    for (const [secrets, subject, words] of [
      [
        [await newKey()],
        isKept ? 'An API key has leaked: revoke it now' : 'A leaked API key was revoked',
        isKept ? 'It is still good' : 'it has been revoked',
      ],
      [
        [await newKey(), await newKey()],
        isKept ? '2 API keys have leaked: revoke them now' : '2 leaked API keys were revoked',
        isKept ? 'They are still good' : 'they have been revoked',
      ],
      [
        [await newToken()],
        isKept ? 'A service token has leaked: revoke it now' : 'A leaked service token was revoked',
        isKept ? 'It is still good' : 'it has been revoked',
      ],
      [
        [await newToken(), await newKey(), await newToken()],
        isKept ? '3 secrets have leaked: revoke them now' : '3 leaked secrets were revoked',
        isKept ? 'They are still good' : 'they have been revoked',
      ],
    ] as const) {
      await report(...secrets.map((secret) => found(secret)))
      const content = textOf(mails.at(-1)!)
      expect(content).toContain(`Subject: ${subject}\r\n`)
      expect(content).toContain(words)
      expect(content).not.toMatch(/evil\.example|:\/\/evil/)
    }
    expect(mails).toHaveLength(4)
  }
})

test('a refusing mail server changes nothing about the key', async () => {
  const { url } = await startMailServer('refusing')
  const { api, report } = await openWithKeys(testApi, { SMTP_URL: url })
  const { key } = await api.issueKey(await api.owner())
  await report(found(key))
  expect(await api.verify(key)).toEqual({ valid: false, code: 'REVOKED' })
  expect(api.logs.join('')).toContain('nobody could be mailed about a leak')
})
