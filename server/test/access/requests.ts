import { randomUUID } from 'node:crypto'
import { sessionTokenOf } from './people.ts'
import type { Stage } from './stage.ts'

/**
 * The parts of a request beside the credential: the text for the path's `:id` or `:name`, a query,
 * a body.
 */
export type Asked = {
  id?: string
  deliveryId?: string
  query?: Record<string, string>
  body?: object
}

type Ask = (stage: Stage) => Asked | Promise<Asked>

const aboutKey =
  (body?: object): Ask =>
  async (stage) => ({ id: (await stage.key()).id, ...(body && { body }) })

const aboutWebhook =
  (body?: object): Ask =>
  async (stage) => ({ id: await stage.webhookId(), ...(body && { body }) })

const withPassword: Ask = ({ password }) => ({ body: { password } })
const inOrganization: Ask = ({ organizationId }) => ({ query: { organizationId } })
const answerOwn: Ask = async (stage) => ({ body: { invitationId: await stage.ownInvitation() } })
const answerForeign: Ask = async (stage) => ({ body: { invitationId: await stage.invitation() } })

/**
 * A request that would succeed for any caller who may make it, for each route that needs more than its
 * path. What stands in brackets tells two requests to one route apart.
 */
export const requests: Record<string, Ask> = {
  'POST /api/keys/revoke-leaked': async (stage) => ({ body: { key: (await stage.key()).key } }),
  'POST /api/leaks/github': () => ({ body: [] }),
  'POST /api/leaks/trufflehog': async (stage) => ({
    body: { ZentrixKey: { secret: [(await stage.key()).key] } },
  }),
  'POST /api/keys': () => ({ body: { label: 'Server' } }),
  'POST /api/keys/find': async (stage) => ({ body: { key: (await stage.key()).key } }),
  'GET /api/keys/:id': aboutKey(),
  'GET /api/keys/:id/usage': aboutKey(),
  'GET /api/keys/:id/callers': aboutKey(),
  'GET /api/refusals': () => ({ query: { requestId: 'request' } }),
  'PATCH /api/keys/:id': aboutKey({ label: 'Other server' }),
  'DELETE /api/keys/:id': aboutKey(),
  'POST /api/keys/:id/rotate': aboutKey({ overlapSeconds: 0 }),
  'PATCH /api/sign-in-policy': () => ({ body: { requireSecondFactor: false } }),
  'PATCH /api/policy': () => ({ body: { maxLifetimeDays: 90 } }),
  'POST /api/webhooks': () => ({ body: { url: 'https://example.com/', events: ['*'] } }),
  'GET /api/webhooks/:id': aboutWebhook(),
  'PATCH /api/webhooks/:id': aboutWebhook({ description: 'Changed' }),
  'DELETE /api/webhooks/:id': aboutWebhook(),
  'POST /api/webhooks/:id/test': aboutWebhook(),
  'POST /api/webhooks/:id/rotate-secret': aboutWebhook(),
  'GET /api/webhooks/:id/deliveries': aboutWebhook(),
  'POST /api/webhooks/:id/deliveries/:deliveryId/resend': async (stage) => ({
    id: await stage.webhookId(),
    deliveryId: await stage.deliveryId(),
  }),
  'POST /api/keys/revoke-many': async (stage) => ({
    body: { filter: { ids: [(await stage.key()).id] } },
  }),
  'PUT /api/internal/scopes/:name': async (stage) => ({
    id: await stage.scopeName(),
    body: { description: 'Reads calls' },
  }),
  'GET /api/internal/scopes/:name': async (stage) => ({ id: await stage.scopeName() }),
  'DELETE /api/internal/scopes/:name': async (stage) => ({ id: await stage.scopeName() }),
  'POST /api/service-tokens': () => ({ body: { name: 'Service', scopes: ['keys:verify'] } }),
  'DELETE /api/service-tokens/:id': async (stage) => ({ id: await stage.serviceTokenId() }),
  'POST /api/auth/verify': async (stage) => ({ body: { key: (await stage.key()).key } }),
  // A session that nobody goes on with would hold up what is changed next.
  'POST /api/auth/lease': () => ({
    body: { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [], bye: true },
  }),
  'PUT /api/internal/organizations/:id': ({ organizationId }) => ({
    id: organizationId,
    body: { name: 'Renamed', subscription: 'active' },
  }),
  'GET /api/internal/organizations/:id': ({ organizationId }) => ({ id: organizationId }),
  'PUT /api/internal/agents/:id': async (stage) => ({
    id: await stage.agentId(),
    body: { name: 'Agent', active: true, organizationId: stage.organizationId },
  }),
  'PUT /api/internal/agents/:id (for every organization)': async (stage) => ({
    id: await stage.agentId(),
    body: { name: 'Agent', active: true },
  }),
  'GET /api/internal/agents/:id': async (stage) => ({ id: await stage.agentId() }),
  'DELETE /api/internal/agents/:id': async (stage) => ({ id: await stage.agentId() }),
  'PUT /api/internal/instances/:id': async (stage) => ({
    id: await stage.instanceId(),
    body: {
      agentId: await stage.agentId(),
      organizationId: stage.organizationId,
      active: true,
    },
  }),
  'GET /api/internal/instances/:id': async (stage) => ({ id: await stage.instanceId() }),
  'DELETE /api/internal/instances/:id': async (stage) => ({ id: await stage.instanceId() }),
  'POST /api/internal/calls/consume': async (stage) => ({
    body: { accessToken: await stage.widgetToken() },
  }),
  'POST /api/widget/token': async (stage) => ({ body: { agentId: await stage.agentId() } }),
  'POST /api/portal-sessions': ({ organizationId }) => ({
    body: {
      organizationId,
      user: { externalId: 'customer-1', email: 'kim@customer.example', name: 'Kim Lee' },
      role: 'viewer',
    },
  }),
  'DELETE /api/portal-sessions': ({ organizationId }) => ({
    query: { organizationId, externalId: 'customer-1' },
  }),
  'POST /api/session/portal-link': async (stage) => ({ body: { code: await stage.portalCode() } }),
  'POST /api/session/invitation': async (stage) => ({ body: { token: await stage.invitation() } }),
  'POST /api/session/sign-in/email': async (stage) => ({
    body: { email: (await stage.stranger()).email, password: stage.password },
  }),
  'POST /api/session/sign-up/email': ({ password }) => ({
    body: { name: 'Ada', email: `${randomUUID()}@example.com`, password },
  }),
  'POST /api/session/sign-in/social': () => ({ body: { provider: 'oidc' } }),
  'POST /api/session/update-user': () => ({ body: { name: 'Ada' } }),
  // Too short: a caller who may change it gets a 400, and no hash is made.
  'POST /api/session/change-password': ({ password }) => ({
    body: { currentPassword: password, newPassword: 'short' },
  }),
  'POST /api/session/two-factor/enable': withPassword,
  'POST /api/session/two-factor/disable': withPassword,
  'POST /api/session/two-factor/generate-backup-codes': withPassword,
  'POST /api/session/two-factor/verify-totp': () => ({ body: { code: '000000' } }),
  'POST /api/session/two-factor/verify-backup-code': () => ({ body: { code: '000000' } }),
  'POST /api/session/request-password-reset': () => ({ body: { email: 'nobody@example.com' } }),
  // The token of the link is what counts, and this is none.
  'POST /api/session/reset-password': () => ({
    body: { token: 'A'.repeat(22), newPassword: 'another good password' },
  }),
  'POST /api/session/revoke-session': async ({ person, stranger }) => ({
    body: { token: sessionTokenOf(person ?? (await stranger())) },
  }),
  "POST /api/session/revoke-session (another person's)": async ({ victim }) => ({
    body: { token: sessionTokenOf(await victim()) },
  }),
  'GET /api/session/organization/get-full-organization': inOrganization,
  'GET /api/session/organization/get-organization': inOrganization,
  'GET /api/session/organization/list-members': inOrganization,
  'GET /api/session/organization/get-active-member-role': inOrganization,
  'GET /api/session/organization/list-invitations': inOrganization,
  'GET /api/session/organization/get-invitation': async (stage) => ({
    query: { id: await stage.ownInvitation() },
  }),
  "GET /api/session/organization/get-invitation (another's)": async (stage) => ({
    query: { id: await stage.invitation() },
  }),
  'POST /api/session/organization/set-active': ({ organizationId }) => ({
    body: { organizationId },
  }),
  'POST /api/session/organization/update': ({ organizationId }) => ({
    body: { organizationId, data: { name: 'Renamed' } },
  }),
  'POST /api/session/organization/has-permission': ({ organizationId }) => ({
    body: { organizationId, permissions: { member: ['update'] } },
  }),
  'POST /api/session/organization/accept-invitation': answerOwn,
  "POST /api/session/organization/accept-invitation (another's)": answerForeign,
  'POST /api/session/organization/reject-invitation': answerOwn,
  "POST /api/session/organization/reject-invitation (another's)": answerForeign,
  'POST /api/session/organization/cancel-invitation': answerForeign,
  'POST /api/session/organization/invite-member': ({ organizationId }) => ({
    body: { organizationId, email: `${randomUUID()}@example.com`, role: 'viewer' },
  }),
  'POST /api/session/organization/invite-member (as owner)': ({ organizationId }) => ({
    body: { organizationId, email: `${randomUUID()}@example.com`, role: 'owner' },
  }),
  'POST /api/session/organization/update-member-role': async (stage) => ({
    body: {
      organizationId: stage.organizationId,
      memberId: (await stage.victim()).memberId,
      role: 'admin',
    },
  }),
  'POST /api/session/organization/update-member-role (to owner)': async (stage) => ({
    body: {
      organizationId: stage.organizationId,
      memberId: (await stage.victim()).memberId,
      role: 'owner',
    },
  }),
  'POST /api/session/organization/remove-member': async (stage) => ({
    body: {
      organizationId: stage.organizationId,
      memberIdOrEmail: (await stage.victim()).memberId,
    },
  }),
  'POST /api/session/organization/remove-member (an owner)': async (stage) => ({
    body: {
      organizationId: stage.organizationId,
      memberIdOrEmail: (await stage.otherOwner()).memberId,
    },
  }),
  'POST /api/session/organization/leave': ({ organizationId }) => ({ body: { organizationId } }),
}
