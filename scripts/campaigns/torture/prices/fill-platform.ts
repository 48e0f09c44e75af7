// Writes what the platform's hand-off and webhooks have collected, past every route.
import { auditActions } from '../../../../shared/src/schemas/audit.ts'
import { MAX_ORGANIZATION_WEBHOOKS } from '../../../../shared/src/schemas/webhooks.ts'
import type { Context } from '../../../../server/src/features/context.ts'
import { hashPortalSecret } from '../../../../server/src/features/people/portal-sessions/portal-token.ts'
import { ORGANIZATION, WEBHOOK } from './fill.ts'

/** An organization with as many webhooks as one may have, each as long as it may be. */
export const ORGANIZATION_OF_WEBHOOKS = 'org_prices_webhooks'

const PEOPLE = 60
const SESSIONS_OF_PERSON = 100
const LINKS_OF_PERSON = 50
const DELIVERIES = 1000
const DAY_MS = 86_400_000
const SPARE_WEBHOOKS = 8

export const externalIdAt = (person: number) => `customer-${person % PEOPLE}`
export const codeAt = (person: number) => `code-of-${person % PEOPLE}-0`
/** Of {@link WEBHOOK}. */
export const deliveryIdAt = (number: number) =>
  `dlv_${String(number % DELIVERIES).padStart(26, '0')}`
/** A webhook that may be deleted, with its deliveries. */
export const spareWebhookAt = (number: number) => `whk_spare${number % SPARE_WEBHOOKS}`

export async function fillPlatform(ctx: Context): Promise<void> {
  await fillPeople(ctx)
  await fillWebhooks(ctx)
}

/** People with as many sessions as one may have, and links that nobody has opened. */
async function fillPeople({ db, now }: Context): Promise<void> {
  const at = now()
  const later = new Date(Date.now() + DAY_MS).toISOString()
  for (let person = 0; person < PEOPLE; person++) {
    const shown = { name: 'ﷺ'.repeat(100), email: 'kim@customer.example', role: 'owner' as const }
    const of = { organization_id: ORGANIZATION, external_id: externalIdAt(person), ...shown }
    const id = `usr_handed_over_${person}`
    await db
      .insertInto('portal_people')
      .values({ id, created_at: at, ...of })
      .execute()
    const sessions = Array.from({ length: SESSIONS_OF_PERSON }, (_, number) => ({
      token_hash: `session ${person} ${number}`,
      person_id: id,
      return_url: null,
      created_at: at,
      expires_at: later,
    }))
    await db.insertInto('portal_sessions').values(sessions).execute()
    const links = Array.from({ length: LINKS_OF_PERSON }, (_, number) => ({
      ...of,
      code_hash: hashPortalSecret(`code-of-${person}-${number}`),
      made_by: 'Platform',
      return_url: null,
      expires_at: later,
      session_expires_at: later,
    }))
    await db.insertInto('portal_links').values(links).execute()
  }
}

async function fillWebhooks({ db, now }: Context): Promise<void> {
  const at = now()
  const full = { id: ORGANIZATION_OF_WEBHOOKS, name: 'Webhooks', slug: ORGANIZATION_OF_WEBHOOKS }
  await db
    .insertInto('organizations')
    .values({ ...full, logo: null, created_at: at, metadata: null, subscription: 'active' })
    .execute()
  const webhook = {
    url: `https://example.com/${'x'.repeat(1980)}`,
    events: JSON.stringify(auditActions),
    description: 'ﷺ'.repeat(200),
    enabled: 0, // nothing leaves this machine
    disabled_reason: 'owner',
    failing_since: null,
    sealed_secret: Buffer.from('none'),
    old_sealed_secret: null,
    old_secret_until: null,
    sequence: 1_000_000,
    created_at: at,
  }
  const spares = Array.from({ length: SPARE_WEBHOOKS }, (_, number) => spareWebhookAt(number))
  const webhooks = [
    ...spares.map((id) => ({ ...webhook, id, organization_id: ORGANIZATION })),
    ...Array.from({ length: MAX_ORGANIZATION_WEBHOOKS }, (_, number) => ({
      ...webhook,
      id: `whk_full${number}`,
      organization_id: ORGANIZATION_OF_WEBHOOKS,
    })),
  ]
  await db.insertInto('webhooks').values(webhooks).execute()
  const deliveries = Array.from({ length: DELIVERIES }, (_, number) => ({
    organization_id: ORGANIZATION,
    event_id: `evt_${number}`,
    type: 'key.updated',
    kind: 'line' as const,
    sequence: number,
    status: 'failed' as const,
    attempts: 300,
    created_at: at,
    first_attempt_at: at,
    last_attempt_at: at,
    response_status: null,
    problem: `The TLS connection failed: ${'X'.repeat(100)}`,
    next_attempt_at: null,
  }))
  for (const webhook_id of [WEBHOOK, ...spares])
    await db
      .insertInto('webhook_deliveries')
      .values(
        deliveries.map((row, number) => ({
          ...row,
          webhook_id,
          id: webhook_id === WEBHOOK ? deliveryIdAt(number) : `dlv_${webhook_id}_${number}`,
        })),
      )
      .execute()
}
