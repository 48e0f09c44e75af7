import { randomUUID } from 'node:crypto'
import { DAY_MS, toMoment } from '@zentrix/shared/moment.ts'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { makeId } from '../../src/crypto/ids.ts'
import { makeWebhookSecret } from '../../src/crypto/secret.ts'
import { sealSecret } from '../../src/features/webhooks/webhook-secret.ts'
import { insertWebhook } from '../../src/features/webhooks/webhooks.store.ts'
import { makeLink } from '../../../scripts/testkit/api/hand-over.ts'
import { PASSWORD, type Person, type TestApi } from '../../../scripts/testkit/api/kit.ts'

type Body = Record<string, unknown>

/**
 * The subjects of requests: a key, an agent, a member of one organization. Each is made when it is
 * first asked for, and is the same from then on.
 */
export type Stage = {
  organizationId: string
  /** Who asks, where a person does. */
  person: Person | undefined
  password: string
  key: Make<IssuedKey>
  agentId: Make<string>
  instanceId: Make<string>
  serviceTokenId: Make<string>
  webhookId: Make<string>
  deliveryId: Make<string>
  /** The name of a declared scope. */
  scopeName: Make<string>
  widgetToken: Make<string>
  /** A viewer of the organization, to whom something is done. */
  victim: Make<Member>
  otherOwner: Make<Member>
  /** An account of nobody who asks. */
  stranger: Make<Person>
  /** The token of an invitation that the organization sent to a stranger. */
  invitation: Make<string>
  /** The code of a link that hands a person over. */
  portalCode: Make<string>
  /** The token of an invitation that who asks has got from somewhere else. */
  ownInvitation: Make<string>
}

type Make<T> = () => Promise<T>
type Member = Person & { memberId: string }

/**
 * @param owner of the organization
 * @param maker who made the key, the owner unless told
 */
export function setStage(
  api: TestApi,
  owner: Person,
  maker: Person = owner,
  person?: Person,
): Stage {
  const { organizationId } = owner
  const members = `/api/session/organization`

  async function catalog(path: string, body: Body): Promise<void> {
    const token = await api.serviceToken({ scopes: ['catalog:write'] })
    const headers = { Authorization: `Bearer ${token}` }
    await api.request.put(`/api/internal/${path}`).set(headers).send(body).expect(200)
  }

  async function invite(by: Person, email: string): Promise<string> {
    const { body } = await by.agent
      .post(`${members}/invite-member`)
      .send({ email, role: 'viewer' })
      .expect(200)
    return (body as { id: string }).id
  }

  async function memberIdOf({ id }: Person): Promise<string> {
    const query = api.ctx.db.selectFrom('members').select('id').where('user_id', '=', id)
    return (await query.executeTakeFirstOrThrow()).id
  }

  // A policy that a row sets lets nobody issue a key without an end.
  const shortLived = () => ({ expiresAt: toMoment(api.ctx.nowMs() + DAY_MS) })

  const stage: Stage = {
    organizationId,
    person,
    password: PASSWORD,
    key: lazily(() => api.issueKey(maker, shortLived())),
    agentId: lazily(async () => {
      const id = randomUUID()
      await catalog(`agents/${id}`, { name: 'Agent', active: true, organizationId })
      return id
    }),
    instanceId: lazily(async () => {
      const id = randomUUID()
      const agentId = await stage.agentId()
      await catalog(`instances/${id}`, { agentId, active: true, organizationId })
      return id
    }),
    scopeName: lazily(async () => {
      const name = `scope:${randomUUID()}`
      await catalog(`scopes/${name}`, { description: 'Reads calls' })
      return name
    }),
    serviceTokenId: lazily(async () => {
      const { body } = await owner.agent
        .post('/api/service-tokens')
        .send({ name: 'Own service', scopes: ['keys:verify'] })
        .expect(201)
      return (body as { id: string }).id
    }),
    webhookId: lazily(async () => {
      // Past the API, which makes no more than 20 for an organization.
      const id = makeId('whk', api.ctx.now())
      await insertWebhook(api.ctx.db, {
        id,
        organization_id: organizationId,
        url: 'https://example.com/',
        events: '["*"]',
        description: null,
        enabled: 1,
        disabled_reason: null,
        failing_since: null,
        sealed_secret: sealSecret(api.ctx, id, makeWebhookSecret()),
        old_sealed_secret: null,
        old_secret_until: null,
        sequence: 0,
        created_at: api.ctx.now(),
      })
      return id
    }),
    deliveryId: lazily(async () => {
      const { body } = await owner.agent
        .post(`/api/webhooks/${await stage.webhookId()}/test`)
        .expect(202)
      return (body as { id: string }).id
    }),
    widgetToken: lazily(async () => {
      const { body } = await api.request
        .post('/api/widget/token')
        .set('Authorization', `Bearer ${(await api.issueKey(owner, shortLived())).key}`)
        .send({ agentId: await stage.agentId() })
        .expect(200)
      return (body as { accessToken: string }).accessToken
    }),
    victim: lazily(async () => {
      const viewer = await api.member(organizationId, 'viewer')
      return { ...viewer, memberId: await memberIdOf(viewer) }
    }),
    otherOwner: lazily(async () => {
      const other = await api.member(organizationId, 'owner')
      return { ...other, memberId: await memberIdOf(other) }
    }),
    stranger: lazily(() => api.owner()),
    invitation: lazily(() => invite(owner, `${randomUUID()}@example.com`)),
    portalCode: lazily(async () => (await makeLink(api, { organizationId })).code),
    ownInvitation: lazily(async () => invite(await stage.stranger(), person?.email ?? FOREIGN)),
  }
  return stage
}

const FOREIGN = 'someone-else@example.com'

/** Makes all there is, so that a request finds it made. */
export async function makeEverything(stage: Stage): Promise<void> {
  for (const make of Object.values(stage)) if (typeof make === 'function') await make()
}

function lazily<T>(make: Make<T>): Make<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
