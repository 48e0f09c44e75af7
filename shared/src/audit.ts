import * as z from 'zod'
import { pageOf, pageQuery } from './pagination.ts'
import { Timestamp } from './text.ts'

export const auditActions = [
  'key.created',
  'key.updated',
  'key.disabled',
  'key.enabled',
  'key.rotated',
  'key.revoked',
  'key.leaked',
  'member.added',
  'member.removed',
  'member.role_changed',
  'service_token.created',
  'service_token.revoked',
] as const
export const AuditAction = z.enum(auditActions)
export type AuditAction = z.infer<typeof AuditAction>

export const actorTypes = ['user', 'service', 'key-holder', 'system'] as const
export const ActorType = z.enum(actorTypes)
export type ActorType = z.infer<typeof ActorType>

export const AuditEvent = z
  .object({
    id: z.string(),
    action: AuditAction,
    keyId: z.string().nullable(),
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
  ...pageQuery,
})
export type ListAuditEventsQuery = z.infer<typeof ListAuditEventsQuery>

export const AuditEventPage = pageOf(AuditEvent)
export type AuditEventPage = z.infer<typeof AuditEventPage>
