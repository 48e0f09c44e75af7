import type { Found } from './secret-finder.ts'

export type Place = {
  path: string
  line: number
  column: number
  /** In a repository's history: the oldest commit that brought it, if any reaches it. */
  commit?: string
}

/** The findings of a scan so far. Only this holds secrets, until they have been judged. */
export type ScanTally = {
  secrets: Map<string, { isWellFormed: boolean; places: Place[]; others: number }>
  files: number
  objects: number
  bytes: number
  /** Paths that could not be read, with the reason. */
  unread: { path: string; reason: string }[]
}

export class TooManyError extends Error {}

const MAX_SECRETS = 100_000
const MAX_PLACES = 100

export function emptyScan(): ScanTally {
  return { secrets: new Map(), files: 0, objects: 0, bytes: 0, unread: [] }
}

/** @throws {TooManyError} when there is more than memory should hold */
export function noteFound(
  { secrets }: ScanTally,
  found: Found,
  place: Omit<Place, 'line' | 'column'>,
) {
  const { secret, isWellFormed, line, column } = found
  const known = secrets.get(secret) ?? { isWellFormed, places: [], others: 0 }
  if (known.places.length < MAX_PLACES) known.places.push({ ...place, line, column })
  else known.others++
  secrets.set(secret, known)
  if (secrets.size > MAX_SECRETS)
    throw new TooManyError(`More than ${MAX_SECRETS} keys: scan a part of this at a time`)
}
