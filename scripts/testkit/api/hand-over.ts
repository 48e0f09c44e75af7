import { randomUUID } from 'node:crypto'
import supertest, { type Agent } from 'supertest'
import type { Role } from '@zentrix/shared/scopes.ts'
import type { Person, TestApi } from './kit.ts'

export type HandOverInput = {
  organizationId: string
  user?: { externalId?: string; email?: string; name?: string }
  role?: Role
  returnUrl?: string | null
  expiresInSeconds?: number
}

/** Makes a link as a service of the platform does. @returns the code in its fragment, too */
export async function makeLink(
  api: TestApi,
  { user, role = 'owner', ...input }: HandOverInput,
): Promise<{ code: string; url: string; expiresAt: string; sessionExpiresAt: string }> {
  const { body } = await api.request
    .post('/api/portal-sessions')
    .set('Authorization', `Bearer ${await api.serviceToken({ scopes: ['portal:hand-off'] })}`)
    .send({
      user: { externalId: randomUUID(), email: 'kim@customer.example', name: 'Kim Lee', ...user },
      role,
      ...input,
    })
    .expect(201)
  const code = new URL(body.url as string).hash.replace('#token=', '')
  return { ...(body as { url: string; expiresAt: string; sessionExpiresAt: string }), code }
}

/** Opens a link in a browser of its own. */
export async function openLink(api: TestApi, code: string): Promise<Person> {
  const opened = await api.request.post('/api/session/portal-link').send({ code }).expect(200)
  const cookie = opened.headers['set-cookie']![0]!.split(';')[0]!
  const agent = supertest.agent(api.address) as unknown as Agent
  agent.set('Cookie', cookie)
  const { body } = await agent.get('/api/session/get-session').expect(200)
  const { id, email } = body.user as { id: string; email: string }
  return { agent, cookie, id, email, organizationId: body.session.activeOrganizationId as string }
}

/** A person whom the platform has handed over. */
export async function handOver(api: TestApi, input: HandOverInput): Promise<Person> {
  return openLink(api, (await makeLink(api, input)).code)
}
