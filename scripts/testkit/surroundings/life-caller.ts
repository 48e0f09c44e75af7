import assert from 'node:assert/strict'

type Sent = { body?: unknown; headers?: Record<string, string> }

/** Parts of an answer. */
type Body = Record<
  'id' | 'key' | 'label' | 'expiresAt' | 'code' | 'status' | 'accessToken' | 'lastUsedAt',
  string
> & {
  scopes: string[]
  session: { activeOrganizationId: string }
  counts: Record<string, number>
  data: Body[]
}
type Answer = { status: number; text: string; body: Body }

/** A key as it is made: the only answer with its secret. */
export type Key = Pick<Body, 'id' | 'key'>

/** Calls a service as a person, whose cookie it keeps, and as a service. */
export type LifeCaller = ReturnType<typeof lifeCaller>

export function lifeCaller({ address, serviceToken }: { address: string; serviceToken: string }) {
  let cookie = ''

  async function ask(method: string, path: string, { body, headers = {} }: Sent = {}) {
    const response = await fetch(address + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const set = response.headers.getSetCookie().map((it) => it.split(';')[0]!)
    if (set.length > 0) cookie = set.join('; ')
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined } as Answer
  }

  async function expectAnswer(status: number, ...[method, path, sent]: Parameters<typeof ask>) {
    const answer = await ask(method, path, sent)
    assert.equal(answer.status, status, `${method} ${path} is ${answer.status}: ${answer.text}`)
    return answer
  }

  const expectStatus = async (...asked: Parameters<typeof expectAnswer>) =>
    (await expectAnswer(...asked)).body
  const asService = (status: number, method: string, path: string, body?: unknown) =>
    expectStatus(status, method, path, {
      body,
      headers: { Authorization: `Bearer ${serviceToken}` },
    })

  return {
    expectStatus,
    asService,
    asPerson: (status: number, method: string, path: string, body?: unknown) =>
      expectStatus(status, method, path, { body, headers: { Cookie: cookie } }),
    textForPerson: async (path: string) =>
      (await expectAnswer(200, 'GET', path, { headers: { Cookie: cookie } })).text,
    verify: (key: string, question: object = {}) =>
      asService(200, 'POST', '/api/auth/verify', { key, ...question }),
  }
}
