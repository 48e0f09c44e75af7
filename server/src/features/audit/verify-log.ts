import type { Context } from '../context.ts'
import { findEventBeyondHead, findHead, scanEvents, type LinkedEvent } from './audit.store.ts'
import { emptyHead, formatHead, headAfter, linkOf, type Head } from './chain.ts'

const EVENTS_AT_ONCE = 500
const MAX_FAULTS = 100

export type LogReport = {
  /** How many events were checked. */
  events: number
  /** The head that the events lead to; an operator keeps it to compare with later. */
  head: string
  /** A sentence for each fault, in the order of the log. */
  faults: string[]
}

/**
 * Walks the whole audit log and reports events that were changed, removed, put in or moved. The
 * service may go on writing: events recorded meanwhile are left for the next check.
 *
 * @param expected an earlier head, which the log must still lead to
 */
export async function verifyLog(ctx: Context, expected?: Head): Promise<LogReport> {
  const key = ctx.keyFor('audit-chain')
  const end = await findHead(ctx.committed)
  const faults: string[] = []
  if (!end) faults.push('The head of the log was removed')
  let head = emptyHead(key)
  let unmet = expected && isSameHead(head, expected) ? undefined : expected
  let events = 0
  for await (const event of eventsUpTo(ctx, null, end?.position)) {
    events += 1
    if (event.position !== head.position + 1)
      faults.push(describeGap(head.position, event.position))
    faults.push(...checkEvent(key, event))
    head = headAfter(key, { ...head, position: event.position - 1 }, event.link)
    if (unmet && isSameHead(head, unmet)) unmet = undefined
    if (faults.length >= MAX_FAULTS) {
      faults.push(`More may follow after position ${event.position}: the check ended there`)
      return { events, head: formatHead(head), faults }
    }
  }
  if (end) faults.push(...compareEnds(head, end, faults.length === 0))
  faults.push(...(await checkBeyond(ctx)))
  if (unmet) faults.push(describeUnmet(unmet, head))
  return { events, head: formatHead(head), faults }
}

/** Checks only the newest events: whether all of them exist, unchanged. */
export async function verifyNewest(ctx: Context, count: number): Promise<string[]> {
  const key = ctx.keyFor('audit-chain')
  const end = await findHead(ctx.committed)
  if (!end) return ['The head of the log was removed']
  const faults: string[] = []
  let position = Math.max(0, end.position - count)
  for await (const event of eventsUpTo(ctx, position, end.position)) {
    if (event.position !== position + 1) faults.push(describeGap(position, event.position))
    faults.push(...checkEvent(key, event))
    position = event.position
  }
  if (position !== end.position) faults.push(describeCut(position, end.position))
  return [...faults, ...(await checkBeyond(ctx))]
}

async function* eventsUpTo(
  { committed }: Context,
  after: number | null,
  upTo = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<LinkedEvent> {
  for (let last = after; ;) {
    const batch = await scanEvents(committed, last, upTo, EVENTS_AT_ONCE)
    yield* batch
    if (batch.length < EVENTS_AT_ONCE) return
    last = batch.at(-1)?.position ?? last
  }
}

function checkEvent(key: Buffer, event: LinkedEvent): string[] {
  const { previous_link: before, link, ...fields } = event
  const isFirst = event.sequence === 1
  if (!isFirst && before === null)
    return [`${nameOf(event)}: the event before it (${event.sequence - 1}) is missing`]
  const expected = linkOf(key, (isFirst ? null : before) ?? undefined, fields)
  if (link.equals(expected)) return []
  return [`${nameOf(event)}: it, or the link of the event before it, was changed`]
}

function compareEnds(head: Head, end: Head, isSoundSoFar: boolean): string[] {
  if (head.position !== end.position) return [describeCut(head.position, end.position)]
  const isSame = end.position === 0 ? end.link.length === 0 : isSameHead(head, end)
  if (isSame || !isSoundSoFar) return []
  return ['The events do not lead to the head: events were replaced, or the head was changed']
}

async function checkBeyond({ committed }: Context): Promise<string[]> {
  const event = await findEventBeyondHead(committed)
  return event ? [`${nameOf(event)}: it stands after the head of the log, so it was put in`] : []
}

function isSameHead(a: Head, b: Head): boolean {
  return a.position === b.position && a.link.equals(b.link)
}

type Place = Pick<LinkedEvent, 'organization_id' | 'sequence' | 'id' | 'position'>

function nameOf({ organization_id: organizationId, sequence, id, position }: Place): string {
  const whose = organizationId === '' ? 'no organization' : organizationId
  return `${whose}, event ${sequence} (${id}, position ${position})`
}

function describeGap(last: number, next: number): string {
  if (next <= last) return `Position ${next}: an event was put in before the first`
  const missing = next - last - 1
  const where = missing === 1 ? `Position ${last + 1}` : `Positions ${last + 1} to ${next - 1}`
  return `${where}: removed`
}

function describeCut(last: number, end: number): string {
  return `The newest events were removed: the log ends at position ${last}, its head says ${end}`
}

function describeUnmet(expected: Head, head: Head): string {
  return expected.position > head.position
    ? `The log was cut back: it had ${expected.position} events, and has ${head.position}`
    : `Up to position ${expected.position}, the log is not the one whose head is expected`
}
