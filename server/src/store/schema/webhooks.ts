/** Rows of `webhooks`. */
export type WebhooksTable = {
  id: string
  organization_id: string
  url: string
  /** A JSON array of audit actions, or `["*"]`. */
  events: string
  description: string | null
  enabled: number
  disabled_reason: string | null
  /** When the first attempt failed of those that failed since the last success. */
  failing_since: string | null
  /** Sealed under AUTH_SECRET. */
  sealed_secret: Buffer
  /** The secret before, which signs along until `old_secret_until`. */
  old_sealed_secret: Buffer | null
  old_secret_until: string | null
  /** The last event of the organization's log that was put into its line, or passed over. */
  sequence: number
  created_at: string
}

/**
 * Rows of `webhook_deliveries`: a message to a webhook. Those of kind `line` wait for their turn, in
 * the order of `sequence`; the others are sent once, at `next_attempt_at`.
 */
export type WebhookDeliveriesTable = {
  id: string
  webhook_id: string
  organization_id: string
  /** Of the audit event; a test has an event that is in no log. */
  event_id: string
  type: string
  kind: 'line' | 'once'
  /** Of the event in its organization's log; null for a test. */
  sequence: number | null
  status: 'pending' | 'delivered' | 'failed'
  attempts: number
  created_at: string
  first_attempt_at: string | null
  last_attempt_at: string | null
  response_status: number | null
  problem: string | null
  /** Null while it has not been tried, and when it never will be again. */
  next_attempt_at: string | null
}

/** The one row of `webhook_sender`: the node that sends on PostgreSQL, and how long it may. */
export type WebhookSenderTable = { id: number; node: string; until: string }
