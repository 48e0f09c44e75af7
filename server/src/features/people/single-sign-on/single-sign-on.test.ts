import { sessionAnswers } from '@zentrix/shared/routes/people/session-answers.ts'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { onEachDatabase, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { accessTokenHash } from '../../../crypto/hash.ts'

type Claims = { sub: string; email: string; email_verified: boolean; name: string }

/** An OpenID provider that signs in the present `person`. */
async function startProvider() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }
  const provider = {
    issuer: '',
    signWith: privateKey,
    /** Further claims of its ID tokens. */
    claims: {} as Record<string, unknown>,
    person: { sub: '1', email: 'ada@example.com', email_verified: true, name: 'Ada' } as Claims,
  }
  async function answer(path: string): Promise<unknown> {
    if (path === '/keys') return { keys: [jwk] }
    if (path === '/token')
      return {
        access_token: 'an access token',
        token_type: 'Bearer',
        id_token: await new SignJWT(claimsOf(provider))
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .sign(provider.signWith),
      }
    return {
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }
  const server: Server = createServer((req, res) => {
    void answer(req.url ?? '').then((body) =>
      res.setHeader('Content-Type', 'application/json').end(JSON.stringify(body)),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return provider
}

type Provider = { issuer: string; person: Claims; claims: Record<string, unknown> }

function claimsOf({ issuer, person, claims }: Provider) {
  const iat = Math.floor(Date.now() / 1000)
  return { iss: issuer, aud: 'portal', iat, exp: iat + 300, ...person, ...claims }
}

function settings(issuer: string, more: Record<string, string> = {}) {
  const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'portal', OIDC_CLIENT_SECRET: 'hush' }
  return { env: { ALLOW_SIGN_UP: 'false', ...oidc, ...more } }
}

const AnswerWithUrl = sessionAnswers['POST /api/session/sign-in/social']

function cookiesOf(response: { headers: Record<string, unknown> }): string {
  const cookies = (response.headers['set-cookie'] ?? []) as string[]
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}

function begin(api: TestApi, targets: object = {}) {
  return api.request
    .post('/api/session/sign-in/social')
    .send({ provider: 'oidc', callbackURL: '/keys', errorCallbackURL: '/sign-in', ...targets })
}

/** Goes to the provider and comes back; the answer is the redirect into the portal. */
async function signIn(api: TestApi, targets: object = {}) {
  const begun = await begin(api, targets).expect(200)
  const { searchParams } = new URL(AnswerWithUrl.parse(begun.body).url)
  expect(searchParams.get('redirect_uri')).toBe('http://localhost:3000/api/session/callback/oidc')
  return api.request
    .get('/api/session/callback/oidc')
    .query({ code: 'a-code', state: searchParams.get('state') })
    .set('Cookie', cookiesOf(begun))
    .expect(302)
}

onEachDatabase((openApi) => {
  test('with open sign-up, single sign-on makes an account with an organization', async () => {
    const provider = await startProvider()
    const api = await openApi(settings(provider.issuer, { ALLOW_SIGN_UP: 'true' }))
    const first = await signIn(api)
    expect(first.headers.location).toBe('/keys')
    const cookie = cookiesOf(first)
    const session = await api.request.get('/api/session/get-session').set('Cookie', cookie)
    expect(session.body).toMatchObject({
      user: { email: 'ada@example.com', name: 'Ada' },
      session: { activeOrganizationId: expect.stringMatching(/^org_/) },
    })
    await api.request.post('/api/keys').set('Cookie', cookie).send({ label: 'One' }).expect(201)

    const second = await signIn(api)
    const { body } = await api.request.get('/api/keys').set('Cookie', cookiesOf(second)).expect(200)
    expect((body as { data: unknown[] }).data).toHaveLength(1)
    const tokens = await api.ctx.db
      .selectFrom('accounts')
      .select(['access_token', 'refresh_token', 'id_token'])
      .execute()
    expect(tokens).toEqual([{ access_token: null, refresh_token: null, id_token: null }])
  })

  test('with closed sign-up, only a proved and invited address gets in', async () => {
    const provider = await startProvider()
    const api = await openApi(settings(provider.issuer))
    const refused = await signIn(api)
    expect(refused.headers.location).toMatch(/^\/sign-in\?error=SIGN_UP_CLOSED/)
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toEqual([])

    const owner = await api.owner()
    await owner.agent
      .post('/api/session/organization/invite-member')
      .send({ email: 'ada@example.com', role: 'member' })
      .expect(200)
    provider.person.email_verified = false
    expect((await signIn(api)).headers.location).toMatch(/SIGN_UP_CLOSED/)
    provider.person.email_verified = true
    const cookie = cookiesOf(await signIn(api))
    const session = await api.request.get('/api/session/get-session').set('Cookie', cookie)
    expect(session.body).toMatchObject({ session: { activeOrganizationId: owner.organizationId } })
  })

  test('a redirect leads to one of our pages, or is refused', async () => {
    const provider = await startProvider()
    const more = { ALLOW_SIGN_UP: 'true', PORTAL_ORIGINS: 'http://localhost:5173' }
    const api = await openApi(settings(provider.issuer, more))
    for (const place of [
      '/.//evil.example',
      '//evil.example',
      '/\\evil.example',
      '/a/%2e%2e//evil.example',
      '/\t/evil.example',
      'https://evil.example/',
      'http://localhost:3000@evil.example/',
      'http://localhost:3000.evil.example/',
      'http://localhost:3000//evil.example',
      'javascript:alert(1)',
    ])
      for (const field of ['callbackURL', 'errorCallbackURL']) {
        const { status, body } = await begin(api, { [field]: place })
        expect([place, field, status]).toEqual([place, field, 403])
        expect(body.code).toMatch(/^INVALID_(ERROR_)?CALLBACK_URL$/)
      }
    const encoded = '/%D0%BA%D0%BB%D1%8E%D1%87%D0%B8'
    expect((await signIn(api, { callbackURL: '/ключи' })).headers.location).toBe(encoded)
    const portal = 'http://localhost:5173/api-keys'
    expect((await signIn(api, { callbackURL: portal })).headers.location).toBe(portal)
    provider.signWith = (await generateKeyPair('RS256')).privateKey
    const failed = await signIn(api, { errorCallbackURL: '/./ключи' })
    expect(failed.headers.location).toContain(`${encoded}?error=`)
  })

  test('unfinished sign-ons leave nothing behind, and each continues in its own browser', async () => {
    const provider = await startProvider()
    const api = await openApi(settings(provider.issuer, { ALLOW_SIGN_UP: 'true' }))
    const long = `/${'x'.repeat(699)}`
    const targets = { callbackURL: long, errorCallbackURL: long }
    const begun = []
    for (let at = 0; at < 5; at++) begun.push(await begin(api, targets).expect(200))
    const rows = await api.ctx.db.selectFrom('verifications').select('id').execute()
    expect(rows).toEqual([])
    for (const { headers } of begun)
      for (const cookie of headers['set-cookie'] as unknown as string[])
        expect(cookie.length).toBeLessThan(4096)
    await begin(api, { callbackURL: `${long}x` }).expect(403)

    const [mine, theirs] = begun
    const state = new URL((theirs!.body as { url: string }).url).searchParams.get('state')
    const comeBack = (cookie: string) =>
      api.request
        .get('/api/session/callback/oidc')
        .query({ code: 'a-code', state })
        .set('Cookie', cookie)
    const refused = await comeBack(cookiesOf(mine!))
    expect(refused.headers.location).toContain('error=state_mismatch')
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toEqual([])
    expect((await comeBack(cookiesOf(theirs!))).headers.location).toBe(long)
  })

  test('an ID token without the signature of the provider is refused', async () => {
    const provider = await startProvider()
    const api = await openApi(settings(provider.issuer, { ALLOW_SIGN_UP: 'true' }))
    provider.signWith = (await generateKeyPair('RS256')).privateKey
    expect((await signIn(api)).headers.location).toMatch(/^\/sign-in\?error=/)
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toEqual([])
  })

  test('an ID token for another client, issuer, time or access token is refused', async () => {
    const provider = await startProvider()
    const api = await openApi(settings(provider.issuer, { ALLOW_SIGN_UP: 'true' }))
    const hour = 3600
    const now = Math.floor(Date.now() / 1000)
    for (const claims of [
      { aud: ['portal', 'other'], azp: 'other' },
      { aud: ['portal', 'other'] },
      { aud: ['portal'], azp: 'other' },
      { azp: 'other' },
      { azp: null },
      { aud: 'other', azp: 'portal' },
      { iss: 'https://other.example' },
      { exp: now - hour },
      { exp: undefined },
      { iat: undefined },
      { nbf: now + hour },
      { at_hash: accessTokenHash('RS256', 'another access token') },
      { at_hash: '' },
    ]) {
      provider.claims = claims
      const { location } = (await signIn(api)).headers
      expect([claims, location]).toEqual([claims, expect.stringMatching(/^\/sign-in\?error=/)])
    }
    expect(await api.ctx.db.selectFrom('users').select('id').execute()).toEqual([])
    for (const claims of [
      { aud: ['portal'] },
      { aud: ['portal', 'other'], azp: 'portal' },
      { azp: 'portal', at_hash: accessTokenHash('RS256', 'an access token') },
    ]) {
      provider.claims = claims
      expect((await signIn(api)).headers.location).toBe('/keys')
    }
  })
})

onEachDatabase((open) => {
  test('an unreachable provider is a 503, and passwords still work', async () => {
    const api = await open(settings('http://127.0.0.1:9'))
    expect((await api.request.get('/api/session/options')).body).toMatchObject({
      singleSignOn: true,
    })
    expect((await begin(api).expect(503)).body).toMatchObject({ code: 'UNAVAILABLE' })
    await api.owner()
  })

  test('without OIDC_ISSUER there is no single sign-on', async () => {
    const api = await open()
    await begin(api).expect(404)
    await api.request.get('/api/session/callback/oidc?code=a&state=b').expect(404)
  })
})
