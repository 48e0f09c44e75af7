import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

const portal = 'https://app.example.com'

test('exactly the listed origin may call with credentials', async () => {
  const env = {
    PUBLIC_URL: 'https://keys.example.com',
    PORTAL_ORIGINS: `${portal}, https://b.example.com:8443`,
  }
  const api = await testApi({ env })
  const answers = (origin: string) =>
    Promise.all([
      api.request.get('/api/keys').set({ Host: 'keys.example.com', Origin: origin }),
      api.request.get('/healthz').set('Origin', origin),
      api.request
        .options('/api/keys')
        .set({ Origin: origin, 'Access-Control-Request-Method': 'POST' }),
    ])
  for (const origin of [portal, 'https://b.example.com:8443'])
    for (const { headers } of await answers(origin)) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
      })
      expect(headers['vary']).toMatch(/\bOrigin\b/)
    }
  const [, , preflight] = await answers(portal)
  expect(preflight!.headers['access-control-allow-headers']).toBe(
    'Content-Type, Idempotency-Key, X-Organization-Id, X-Request-Id, X-User-Id',
  )
  for (const origin of [
    'http://app.example.com',
    'https://app.example.com:443',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://app.example.co',
    'https://app.example.com/',
    'https://app.example.com@evil.example',
    'https://evil.app.example.com',
    'https://evilapp.example.com',
    'https://example.com',
    'https://APP.example.com',
    'https://keys.example.com',
    'https://b.example.com',
    'null',
    '*',
    '',
    `${portal}, ${portal}`,
  ])
    for (const { headers } of await answers(origin)) {
      const told = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
      expect([origin, told]).toEqual([origin, []])
      expect(headers['vary']).toMatch(/\bOrigin\b/)
    }
})
