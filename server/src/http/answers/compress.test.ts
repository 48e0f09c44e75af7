import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

test('a long list is compressed where the caller takes it, a short one and a secret never are', async () => {
  const api = await testApi()
  const owner = await api.owner()
  const list = (encodings: string) =>
    owner.agent.get('/api/keys').set('Accept-Encoding', encodings).expect(200)
  expect((await list('gzip')).headers['content-encoding']).toBeUndefined()
  for (let at = 0; at < 4; at++) await api.issueKey(owner, { label: `key ${at}` })
  const plain = await list('br')
  expect(plain.headers).toMatchObject({ vary: expect.stringMatching('Accept-Encoding') })
  for (const encodings of ['gzip;q=0', 'gzip; q=0.000', 'identity', 'xgzip'])
    expect((await list(encodings)).headers['content-encoding'], encodings).toBeUndefined()
  for (const encodings of ['gzip', 'br, GZIP;q=0.5']) {
    const zipped = await list(encodings)
    expect(zipped.headers['content-encoding'], encodings).toBe('gzip')
    expect(Number(zipped.headers['content-length'])).toBeLessThan(plain.text.length / 2)
    expect(zipped.body).toEqual(plain.body)
  }
  const made = await owner.agent
    .post('/api/keys')
    .set('Accept-Encoding', 'gzip')
    .send({ label: 'secret', scopes: Array.from({ length: 50 }, (_, at) => `scope-${at}:read`) })
    .expect(201)
  expect(made.headers['content-encoding']).toBeUndefined()
})
