import type { WidgetToken } from '@zentrix/shared/schemas/widget.ts'
import type { TestApi } from './kit.ts'

export const AGENT = '550e8400-e29b-41d4-a716-446655440000'

/** An owner with a key and an agent that everyone may use. */
export async function prepare(api: TestApi, settings: Record<string, unknown> = {}) {
  const token = await api.serviceToken()
  const service = { Authorization: `Bearer ${token}` }
  const put = (path: string, body: object) =>
    api.request.put(`/api/internal/${path}`).set(service).send(body).expect(200)
  await put(`agents/${AGENT}`, { name: 'Customer Support Agent', active: true })
  const owner = await api.owner()
  const issued = await api.issueKey(owner, settings)
  const mint = (body: object = { agentId: AGENT }, key = issued.key) =>
    api.request.post('/api/widget/token').set('Authorization', `Bearer ${key}`).send(body)
  const consume = (accessToken: string, headers: Record<string, string> = {}) =>
    api.request
      .post('/api/internal/calls/consume')
      .set({ ...service, ...headers })
      .send({ accessToken })
  return { owner, issued, put, mint, consume, service }
}

export async function mintedToken(mint: () => PromiseLike<{ body: unknown }>): Promise<string> {
  const { body } = await mint()
  return (body as WidgetToken).accessToken
}
