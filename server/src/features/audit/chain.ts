import { hmac } from '../../crypto/hash.ts'
import type { AuditEventsTable } from '../../store/schema/audit.ts'

/** The end of the log at one moment: the number of events, and the HMAC over all their links. */
export type Head = { position: number; link: Buffer }

const NOTHING = Buffer.alloc(0)

/** The head of a log without events. */
export function emptyHead(key: Buffer): Head {
  return { position: 0, link: hmac(key, 'head') }
}

/**
 * The link of an event, over what the log says of it and the link before it in its organization.
 *
 * @param key the one derived for `audit-chain`
 * @param previous undefined for the organization's first event
 */
export function linkOf(
  key: Buffer,
  previous: Buffer | undefined,
  event: Omit<AuditEventsTable, 'link' | 'traceparent'>,
): Buffer {
  // An array of JSON values: no two different events have the same text.
  const text = JSON.stringify([
    (previous ?? NOTHING).toString('base64'),
    event.position,
    event.organization_id,
    event.sequence,
    event.id,
    event.action,
    event.key_id,
    event.actor_type,
    event.actor_id,
    event.actor_name,
    event.at,
    event.ip,
    event.user_agent,
    event.request_id,
    event.changes,
  ])
  return hmac(key, `event/${text}`)
}

/**
 * The head after one more event. Earlier heads are kept nowhere: an attacker who cuts the log short
 * cannot write the head that would fit.
 */
export function headAfter(key: Buffer, { position, link }: Head, eventLink: Buffer): Head {
  const text = `head/${link.toString('base64')}/${eventLink.toString('base64')}`
  return { position: position + 1, link: hmac(key, text) }
}

/** A head as an operator keeps it, such as `42:q83v…`. */
export function formatHead({ position, link }: Head): string {
  return `${position}:${link.toString('base64url')}`
}

/** Parses the text of `formatHead`; undefined for any other text. */
export function readHead(text: string): Head | undefined {
  const [, position, link] = /^(0|[1-9][0-9]{0,14}):([0-9A-Za-z_-]{43})$/.exec(text) ?? []
  if (position === undefined || link === undefined) return undefined
  return { position: Number(position), link: Buffer.from(link, 'base64url') }
}
