import { describe, expect, test } from 'vitest'
import { expectError, testApi } from '../../../../scripts/testkit/api/kit.ts'

describe('a body', () => {
  test.each([
    ['lists', `{"label":${'['.repeat(21)}${']'.repeat(21)}}`],
    ['objects', `${'{"a":'.repeat(21)}1${'}'.repeat(21)}`],
    ['what never ends', '['.repeat(60_000)],
    ['fields by the thousand, or', `{${'"a":1,'.repeat(2000)}"b":1}`],
    ['lists behind a quotation mark', String.raw`{"a":"\"","b":` + '['.repeat(21) + ']'.repeat(21)],
  ])('that nests %s deeper than any schema is refused before it is parsed', async (_, body) => {
    const api = await testApi()
    const { agent } = await api.owner()
    const answer = await agent.post('/api/keys').type('json').send(body)
    expectError(answer, 400, 'INVALID_INPUT')
    expect((answer.body as { error: string }).error).toBe(
      'The body is nested too deeply, or has too many fields',
    )
  })

  test('may hold brackets in its text', async () => {
    const api = await testApi()
    const { agent } = await api.owner()
    await agent
      .post('/api/keys')
      .send({ label: `${'[":{'.repeat(24)}\\` })
      .expect(201)
  })

  test('with many faults gets an answer that names some of them', async () => {
    const api = await testApi()
    const { agent } = await api.owner()
    const fields = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`field${at}`, 1]))
    const answer = await agent.post('/api/keys').send(fields)
    expectError(answer, 400, 'INVALID_INPUT')
    expect((answer.body as { details: unknown[] }).details).toHaveLength(20)
  })
})

test('a list of members holds 200 at most, and says how many there are', async () => {
  const api = await testApi()
  const { agent, organizationId } = await api.owner()
  for (let at = 0; at < 201; at++) await api.member(organizationId, 'viewer')
  for (const query of ['', '?limit=9999', '?limit=0', '?limit=1000&offset=0']) {
    const { body } = await agent.get(`/api/session/organization/list-members${query}`).expect(200)
    const { members, total } = body as { members: unknown[]; total: number }
    expect({ query, listed: members.length, total }).toEqual({ query, listed: 200, total: 202 })
  }
})
