import * as z from 'zod'
import type { Context } from '../../context.ts'
import { hmac, isSameText } from '../../../crypto/hash.ts'
import type { Invitation, InvitationsTable } from '../../../store/schema/people/people.ts'

const PROOF_BYTES = 16

/**
 * The token in an invitation's link, which answers show as its id: the stored id, a dot, and a
 * proof of 128 bits that only this service can make. A reader of the database learns no link.
 */
export function invitationToken(ctx: Context, id: string): string {
  return `${id}.${proofOf(ctx, id)}`
}

/** The stored id in the token of a link; undefined unless the proof is ours. */
export function readInvitationToken(ctx: Context, token: string): string | undefined {
  const dot = token.lastIndexOf('.')
  const id = token.slice(0, Math.max(0, dot))
  return isSameText(token.slice(dot + 1), proofOf(ctx, id)) && dot > 0 ? id : undefined
}

function proofOf(ctx: Context, id: string): string {
  return hmac(ctx.keyFor('sessions'), `invitation/${id}`)
    .subarray(0, PROOF_BYTES)
    .toString('base64url')
}

/** An invitation for people who may have its link: its managers and the invited person. */
export function toInvitation(ctx: Context, row: InvitationsTable): Invitation {
  return {
    id: invitationToken(ctx, row.id),
    organizationId: row.organization_id,
    email: row.email,
    role: row.role,
    status: row.status,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    inviterId: row.inviter_id,
  }
}

/** Replaces stored ids by tokens in an answer of better-auth, if it lists invitations. */
export function withInvitationTokens(ctx: Context, path: string, body: string): string {
  const Invitations = z.array(
    z
      .looseObject({ id: z.string() })
      .transform((invitation) => ({ ...invitation, id: invitationToken(ctx, invitation.id) })),
  )
  const answers: Record<string, z.ZodType> = {
    'organization/list-invitations': Invitations,
    'organization/list-user-invitations': Invitations,
    'organization/get-full-organization': z.looseObject({ invitations: Invitations }).nullable(),
  }
  const answer = Object.hasOwn(answers, path) ? answers[path] : undefined
  return answer ? JSON.stringify(answer.parse(JSON.parse(body))) : body
}
