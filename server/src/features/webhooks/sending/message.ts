import { Webhook as Signer } from 'standardwebhooks'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { TEST_TYPE } from '@zentrix/shared/schemas/webhooks.ts'
import { UnreadableError } from '../../../lib/reading/read-values.ts'
import { findEvent } from '../../audit/audit-reads.ts'
import type { Context } from '../../context.ts'
import { findWrittenKey } from '../../keys/reads/key-reads.ts'
import { systemPrincipal } from '../../principals.ts'
import { unsealSecret } from '../webhook-secret.ts'
import type { Waiting } from './sending.store.ts'

export type Message = { body: string; headers: Record<string, string> }

type TestEvent = Omit<AuditEvent, 'action'> & { action: typeof TEST_TYPE }

/**
 * Writes the message of a delivery: the event as the audit log has it, and its key as it is now. Each
 * attempt is signed at its own time, and bears the same id.
 *
 * @see Standard Webhooks, "Webhook headers" and "Signature scheme"
 */
export async function writeMessage(ctx: Context, waiting: Waiting): Promise<Message> {
  const event = await eventOf(ctx, waiting)
  const { organization_id: organizationId } = waiting
  const key =
    event.keyId === null ? undefined : await findWrittenKey(ctx, organizationId, event.keyId)
  const body = JSON.stringify({
    type: event.action,
    timestamp: event.at,
    data: { event, key: key ?? null },
  })
  const at = new Date(ctx.nowMs())
  const signatures = secretsOf(ctx, waiting).map((secret) =>
    new Signer(secret).sign(event.id, at, body),
  )
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'zentrix-api-keys',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
  }
}

async function eventOf(ctx: Context, waiting: Waiting): Promise<AuditEvent | TestEvent> {
  const { event_id: id, organization_id: organizationId, type, created_at: at } = waiting
  if (type === TEST_TYPE) return testEvent(id, at)
  const event = await findEvent(ctx, organizationId, id)
  // Events are never deleted, so a missing one is a fault, and not a message to leave out.
  if (!event) throw new UnreadableError('a delivery without its audit event')
  return event
}

function testEvent(id: string, at: string): TestEvent {
  const { type, id: actorId, name } = systemPrincipal
  return {
    id,
    action: TEST_TYPE,
    keyId: null,
    key: null,
    actor: { type, id: actorId, name },
    at,
    ip: null,
    userAgent: null,
    requestId: null,
    changes: {},
  }
}

/** The secret, and the one before it as long as that signs along. */
function secretsOf(ctx: Context, waiting: Waiting): string[] {
  const { webhook_id: id, old_sealed_secret: old, old_secret_until: until } = waiting
  const isOldGood = old !== null && until !== null && until > ctx.now()
  const sealed = isOldGood ? [waiting.sealed_secret, old] : [waiting.sealed_secret]
  return sealed.map((secret) => unsealSecret(ctx, id, secret))
}
