import type { ActorType, AuditAction } from '@zentrix/shared/audit.ts'

/** Rows of `audit_events`. `changes` is a JSON object and never holds a secret. */
export type AuditEventsTable = {
  id: string
  organization_id: string | null
  action: AuditAction
  key_id: string | null
  actor_type: ActorType
  actor_id: string | null
  actor_name: string
  at: string
  ip: string | null
  user_agent: string | null
  request_id: string | null
  changes: string
}
