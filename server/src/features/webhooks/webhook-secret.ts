import { seal, unseal } from '../../crypto/sealing.ts'
import { UnreadableError } from '../../lib/reading/read-values.ts'
import type { Context } from '../context.ts'

/** Seals a secret, for this webhook alone: messages are signed with it, so a hash would not do. */
export function sealSecret(ctx: Context, webhookId: string, secret: string): Buffer {
  return seal(ctx.keyFor('webhook-secrets'), Buffer.from(secret), webhookId)
}

/** @throws {UnreadableError} when the sealed secret was altered, or moved from another webhook */
export function unsealSecret(ctx: Context, webhookId: string, sealed: Buffer): string {
  const plain = unseal(ctx.keyFor('webhook-secrets'), sealed, webhookId)
  if (plain === undefined) throw new UnreadableError('a value in webhooks.sealed_secret')
  return plain.toString()
}
