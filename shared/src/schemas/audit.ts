import * as z from 'zod'
import { pageOf, pageQuery } from './pagination.ts'
import { StorableMoment, Timestamp } from './text.ts'

export const auditActions = [
  'key.created',
  'key.updated',
  'key.disabled',
  'key.enabled',
  'key.rotated',
  'key.revoked',
  'key.leaked',
  'key.expiring',
  'member.invited',
  'member.invitation_cancelled',
  'member.invitation_declined',
  'member.added',
  'member.removed',
  'member.role_changed',
  'member.reset_link_made',
  'member.second_factor_ended',
  'portal_session.opened',
  'portal_session.ended',
  'service_token.created',
  'service_token.revoked',
  'service_token.leaked',
  'policy.updated',
  'webhook.created',
  'webhook.updated',
  'webhook.secret_rotated',
  'webhook.disabled',
  'webhook.deleted',
] as const
export const AuditAction = z.enum(auditActions).meta({ id: 'AuditAction' })
export type AuditAction = z.infer<typeof AuditAction>

export const actorTypes = ['user', 'service', 'key-holder', 'system'] as const
export const ActorType = z.enum(actorTypes)
export type ActorType = z.infer<typeof ActorType>

export const AuditEvent = z
  .object({
    id: z.string(),
    action: AuditAction,
    keyId: z.string().nullable(),
    key: z
      .object({ label: z.string(), masked: z.string() })
      .nullable()
      .meta({ description: 'The key as it is called now' }),
    actor: z.object({ type: ActorType, id: z.string().nullable(), name: z.string() }),
    at: Timestamp,
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    changes: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof AuditEvent>

const Id = z.string().regex(/^[0-9A-Za-z_-]{1,100}$/, 'Must be an id')

export const ListAuditEventsQuery = z.strictObject({
  keyId: Id.optional(),
  action: AuditAction.optional(),
  actorId: Id.optional(),
  from: StorableMoment.optional().meta({ description: 'At this time or later' }),
  to: StorableMoment.optional().meta({ description: 'Before this time' }),
  format: z.enum(['json', 'csv']).optional().meta({
    description: '`csv` answers with a file of all events that match, or the first `limit` of them',
  }),
  ...pageQuery,
})
export type ListAuditEventsQuery = z.infer<typeof ListAuditEventsQuery>

export const AuditEventPage = pageOf(AuditEvent).meta({ id: 'AuditEventPage' })
export type AuditEventPage = z.infer<typeof AuditEventPage>
