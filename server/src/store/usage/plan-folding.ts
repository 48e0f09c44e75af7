import { outcomes } from '@zentrix/shared/verification/outcomes.ts'
import { addRows, type UsageRow } from './usage-row.ts'
import { HOURS_PER_DAY, readSlot, SLOTS_PER_OUTCOME } from './slot.ts'
import { present } from '../../lib/typed.ts'

const VALID = outcomes.indexOf('VALID')

/** From when on rows are old, as hours since 1970 that begin a day. */
export type UsageAge = {
  /** Older uses are counted by the day. */
  foldBefore: number
  /** Uses older than this are not counted any more. */
  removeBefore: number
}

/** Asks to fold a part: `limit` rows after the slot `after`. */
export type FoldQuestion = UsageAge & { after: number; limit: number }

/** Asks to fold the uses of the next organization after one. */
export type OrganizationQuestion = UsageAge & { after: string }

/**
 * Asks to add up the days of `limit` keys after one: those from one hour until another, which both
 * begin a day.
 */
export type DaysQuestion = {
  afterKey: number
  limit: number
  from: number
  until: number
  removeBefore: number
}

/** The numbers, from and to, of the keys whose rows a part has. */
export function keysOfPart(after: number, next: number | undefined): [from: number, to: number] {
  const to = next === undefined ? Number.MAX_SAFE_INTEGER : readSlot(next).keyNumber
  return [readSlot(after).keyNumber, to]
}

/** Each call does a part, and resolves to where to go on after, or undefined at the end. */
export type Folding = {
  rows(question: FoldQuestion): Promise<number | undefined>
  organizations(question: OrganizationQuestion): Promise<string | undefined>
  days(question: DaysQuestion): Promise<number | undefined>
}

/** The fate of an old row: part of its day, only a last use, or nothing. */
type Fate = 'day' | 'last-use' | 'nothing'

/**
 * Says what becomes of those rows that do not stay as they are.
 *
 * @param rows in the order of slots; one more than the limit, if there are more
 */
export function planFolding(rows: UsageRow[], { limit, ...age }: FoldQuestion) {
  const fates = new Map<number, Fate>()
  for (const [at, row] of rows.slice(0, limit).entries()) {
    const fate = fateOf(row, rows[at + 1]?.slot, age)
    if (fate !== undefined) fates.set(row.slot, fate)
  }
  return { fates, next: rows.length > limit ? present(rows[limit - 1]).slot : undefined }
}

function fateOf(
  { slot, count }: UsageRow,
  nextSlot: number | undefined,
  { foldBefore, removeBefore }: UsageAge,
): Fate | undefined {
  const { hour, outcome } = readSlot(slot)
  const isFolded = hour % HOURS_PER_DAY === 0
  if (hour >= removeBefore) return hour < foldBefore && !isFolded ? 'day' : undefined
  // The newest accepted use of a key is when it was last used, however long ago that was.
  const isLastUse = outcome === VALID && !isSameSeries(slot, nextSlot)
  if (!isLastUse) return 'nothing'
  return isFolded && count === 0 ? undefined : 'last-use'
}

/** Whether two slots are of one key and outcome. */
function isSameSeries(slot: number, other: number | undefined): boolean {
  return (
    other !== undefined &&
    Math.floor(slot / SLOTS_PER_OUTCOME) === Math.floor(other / SLOTS_PER_OUTCOME)
  )
}

/** The rows that stand for old ones when those are taken away, each slot once, in order. */
export function folded(rows: UsageRow[], fates: ReadonlyMap<number, Fate>): UsageRow[] {
  const days = new Map<number, UsageRow>()
  for (const row of rows) {
    const { slot } = row
    const fate = fates.get(slot)
    if (fate === undefined || fate === 'nothing') continue
    const daySlot = slot - (readSlot(slot).hour % HOURS_PER_DAY)
    const part = { ...(fate === 'day' ? row : lastUseOf(row)), slot: daySlot }
    const day = days.get(daySlot)
    days.set(daySlot, day === undefined ? part : addRows(day, part))
  }
  return [...days.values()].toSorted((a, b) => a.slot - b.slot)
}

/** Of a day that is past its retention nothing is kept but when its last use was. */
function lastUseOf(row: UsageRow): UsageRow {
  return { ...row, count: 0, firstAtMs: null, callers: null }
}
