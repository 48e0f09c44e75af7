import type {
  AuditEvent,
  AuditEventPage,
  ListAuditEventsQuery,
} from '@zentrix/shared/schemas/audit.ts'
import type { Context } from '../context.ts'
import type { TenantPrincipal } from '../principals.ts'
import {
  findHead,
  findLastLink,
  findNewestMoment,
  findSequence,
  selectEventsAfter,
  selectOrganizationsBetween,
} from './audit.store.ts'
import { findEventWithKey, findTrace, listEventsWithKeys } from './event-list.store.ts'

/** One page of the organization's audit log, newest first. */
export function listEvents(
  ctx: Context,
  principal: TenantPrincipal,
  { limit, ...filter }: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  return ctx.database.browsing.read((db) =>
    listEventsWithKeys(db, principal.organizationId, filter, limit),
  )
}

/**
 * Names the state of the organization's audit log: files of the same events are alike while it
 * stays, since a key's new label is an event too.
 */
export async function findFileState(ctx: Context, principal: TenantPrincipal): Promise<string> {
  const last = await ctx.database.browsing.read((db) => findLastLink(db, principal.organizationId))
  return last?.link.toString('base64url') ?? principal.organizationId
}

/** When the newest event was recorded; undefined while there is none. */
export function findNewestEventAt({ committed }: Context): Promise<string | undefined> {
  return findNewestMoment(committed)
}

/** One event of the organization, with its key as it is now. */
export function findEvent(
  { committed }: Context,
  organizationId: string,
  id: string,
): Promise<AuditEvent | undefined> {
  return findEventWithKey(committed, organizationId, id)
}

/** The `traceparent` of the request that made an event; undefined where there was none. */
export function findTraceparent(
  { committed }: Context,
  organizationId: string,
  id: string,
): Promise<string | undefined> {
  return findTrace(committed, organizationId, id)
}

/** The place of an event in its organization's log; undefined where it is none of its events. */
export async function findSequenceOf(
  { db }: Context,
  organizationId: string,
  id: string,
): Promise<number | undefined> {
  // A text that cannot be an id never reaches the database: PostgreSQL would fail on a NUL.
  return /^evt_[0-9A-Za-z]{1,64}$/.test(id) ? findSequence(db, organizationId, id) : undefined
}

/** The events that follow a place in the organization's log, in its order. */
export function listEventsAfter(
  { committed }: Context,
  organizationId: string,
  sequence: number,
  limit: number,
) {
  return selectEventsAfter(committed, organizationId, sequence, limit)
}

/** The position at which the log of the whole deployment ends. */
export async function findLastPosition({ committed }: Context): Promise<number> {
  return (await findHead(committed))?.position ?? 0
}

/** The organizations that have events at positions after one and up to another. */
export function listOrganizationsBetween({ committed }: Context, after: number, upTo: number) {
  return selectOrganizationsBetween(committed, after, upTo)
}
