import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

const names = ['localhost:3000', '127.0.0.1:3000', '[::1]:3000']

test.each(names)(
  'a portal whose PUBLIC_URL is http://%s works by every local name',
  async (name) => {
    const api = await testApi({ env: { PUBLIC_URL: `http://${name}` } })
    const signOut = (Host: string, Origin: string) =>
      api.request.post('/api/session/sign-out').set({ Host, Origin }).send({})
    for (const host of names) await signOut(host, `http://${host}`).expect(200)
    for (const origin of ['http://localhost:3001', 'https://127.0.0.1:3000', 'http://evil.example'])
      await signOut(name, origin).expect(403)
  },
)

test('no local name is an origin of a portal with a public one', async () => {
  const api = await testApi({ env: { PUBLIC_URL: 'https://keys.example.com' } })
  for (const host of names)
    await api.request
      .post('/api/session/sign-out')
      .set({ Host: 'keys.example.com', Origin: `https://${host}` })
      .send({})
      .expect(403)
})

test('a wrong host name says which setting to look at: in the log, and to a local visitor', async () => {
  const api = await testApi({ env: { PUBLIC_URL: 'https://keys.example.com' } })
  const ask = (headers: Record<string, string>) =>
    api.request.get('/api/session/get-session').set(headers).expect(403)
  const local = await ask({ Host: 'keys.internal:8080' })
  expect(local.body).toMatchObject({
    code: 'FORBIDDEN',
    error: expect.stringContaining('PUBLIC_URL') as string,
  })
  const remote = await ask({ Host: 'keys.internal', 'X-Forwarded-For': '203.0.113.7' })
  expect(remote.text).not.toContain('PUBLIC_URL')
  const lines = api.logs.filter((line) => line.includes('PUBLIC_URL'))
  expect(lines).toHaveLength(1) // now and then, not for each
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', host: 'keys.internal' })
})
