import type { ActorType, AuditAction } from '@zentrix/shared/schemas/audit.ts'

/** Rows of `audit_events`, which are only ever added. */
export type AuditEventsTable = {
  /** Where it stands in the log of the whole deployment: 1, 2, 3, … */
  position: number
  /** Empty for what belongs to no organization. */
  organization_id: string
  /** Where it stands in its organization's log: 1, 2, 3, … */
  sequence: number
  id: string
  action: AuditAction
  key_id: string | null
  actor_type: ActorType
  actor_id: string | null
  actor_name: string
  at: string
  ip: string | null
  user_agent: string | null
  request_id: string | null
  /** A JSON object; it never holds a secret. */
  changes: string
  /** HMAC over the link before it in the organization and all of the above. */
  link: Buffer
  /** The trace of the request that made it, which its messages bear; it is no part of the link. */
  traceparent: string | null
}

/** The one row of `audit_head`: the last position, and the HMAC that all links so far lead to. */
export type AuditHeadTable = {
  id: number
  position: number
  link: Buffer
}
