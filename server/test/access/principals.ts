import { serviceScopes } from '@zentrix/shared/scopes.ts'
import { issuePlatformToken } from '../../src/features/service-tokens/issue-platform-token.ts'
import { revokeServiceToken } from '../../src/features/service-tokens/revoke-service-token.ts'
import { systemPrincipal } from '../../src/features/principals.ts'
import type { Person, TestApi } from '../../../scripts/testkit/api/kit.ts'
import { badCookies, people, type MakePerson } from './people.ts'

/** The credential of a request. */
export type Credential = {
  cookie?: string
  authorization?: string
  /** The organization that a service says it acts for. */
  organizationId?: string
}

/**
 * Who asks: the session of a person, if it is one, beside other credentials. Where there are
 * several of these, each has to be answered as the table says.
 */
export type AccessPrincipal = { credentials: Credential[]; person?: Person }

/** The caller of each column of the table, by its name. */
export type Principals = Record<string, AccessPrincipal>

export const METRICS_TOKEN = 'a-token-for-metrics-in-tests-0123456789'

const bearer = (secret: string): Credential => ({ authorization: `Bearer ${secret}` })

/** Everyone there is, for one organization. */
export async function makePrincipals(
  api: TestApi,
  organizationId: string,
  agentId: string,
): Promise<Principals> {
  const made: Principals = { nobody: { credentials: [{}] } }
  for (const [name, make] of Object.entries<MakePerson>(people)) {
    const person = await make(api, organizationId)
    made[name] = { credentials: [{}], person }
  }
  const owner = made['owner']!.person!
  const service = async (options: Parameters<TestApi['serviceToken']>[0]) => ({
    credentials: [{ ...bearer(await api.serviceToken(options)), organizationId }],
  })
  const [verify, manage, catalog, calls, audit] = serviceScopes
  const key = await api.issueKey(owner)
  const { organizationId: elsewhere } = made['other']!.person!
  const auditor = await service({ scopes: [audit] })
  return {
    ...made,
    both: { ...made['both'], credentials: auditor.credentials },
    key: { credentials: [bearer(key.key)] },
    /** A key with one scope, of no use here. */
    scoped: { credentials: [bearer((await api.issueKey(owner, { scopes: ['other'] })).key)] },
    verify: await service({ scopes: [verify] }),
    manage: await service({ scopes: [manage] }),
    catalog: await service({ scopes: [catalog] }),
    calls: await service({ scopes: [calls] }),
    audit: auditor,
    handoff: await service({ scopes: ['portal:hand-off'] }),
    hooks: await service({ scopes: ['webhooks:manage'] }),
    /** Every scope, for this organization alone, and for another alone. */
    here: await service({ organizationIds: [organizationId] }),
    away: await service({ organizationIds: [elsewhere] }),
    metrics: { credentials: [bearer(METRICS_TOKEN)] },
    bad: { credentials: await makeBad(api, owner, agentId) },
  }
}

/** Credentials that are malformed or have ended: they name nobody, wherever they are sent. */
async function makeBad(api: TestApi, owner: Person, agentId: string): Promise<Credential[]> {
  const inASecond = new Date(api.clock.nowMs() + 1000).toISOString()
  const revoked = await api.issueKey(owner)
  const disabled = await api.issueKey(owner)
  const expired = await api.issueKey(owner, { expiresAt: inASecond })
  const minted = await api.request
    .post('/api/widget/token')
    .set('Authorization', `Bearer ${revoked.key}`)
    .send({ agentId })
    .expect(200)
  await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
  await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
  const expiredToken = await api.serviceToken({ expiresAt: inASecond })
  api.clock.advance(1)
  const secrets = [
    revoked.key,
    disabled.key,
    expired.key,
    'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c',
    expiredToken,
    await revokedToken(api),
    'nassvc_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c',
    (minted.body as { accessToken: string }).accessToken,
    'x'.repeat(4000),
    'é',
  ]
  const authorizations = [
    ...secrets.map((secret) => `Bearer ${secret}`),
    'Bearer',
    '',
    `Basic ${Buffer.from(`${revoked.key}:`).toString('base64')}`,
    `Bearer ${revoked.key} ${revoked.key}`,
  ]
  const { organizationId } = owner
  return [
    ...(await badCookies(api, organizationId)).map((cookie) => ({ cookie })),
    ...authorizations.map((authorization) => ({ authorization, organizationId })),
  ]
}

async function revokedToken(api: TestApi): Promise<string> {
  const made = await issuePlatformToken(api.ctx, systemPrincipal, {
    name: 'Revoked service',
    scopes: [...serviceScopes],
    organizationIds: null,
    expiresAt: null,
  })
  await revokeServiceToken(api.ctx, systemPrincipal, made!.id)
  return made!.secret
}
