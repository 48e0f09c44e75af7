import { findChoice } from '../typed.ts'

/**
 * A value in the database that we never write. For the caller that is an outage: read as null, it
 * could let a key pass. Its code is in PostgreSQL's class for data that is not sound.
 */
export class UnreadableError extends Error {
  readonly code = 'XX001'

  /** @param what never the value itself, because this is logged */
  constructor(what: string) {
    super(`The database holds ${what} that cannot be read`)
  }
}

/** @param column such as `api_keys.expires_at` */
function unreadable(column: string): never {
  throw new UnreadableError(`a value in ${column}`)
}

const MOMENT_LENGTH = '2026-03-05T14:30:00.000Z'.length

/** A moment as we write it, ISO 8601 in UTC with milliseconds, or null. */
export function readMoment(value: unknown, column: string): string | null {
  if (value === null) return null
  const isMoment =
    typeof value === 'string' &&
    value.length === MOMENT_LENGTH &&
    value.endsWith('Z') &&
    value[10] === 'T' &&
    !Number.isNaN(Date.parse(value))
  return isMoment ? value : unreadable(column)
}

export function readText(value: unknown, column: string): string {
  return typeof value === 'string' ? value : unreadable(column)
}

export function readTextOrNull(value: unknown, column: string): string | null {
  return value === null ? null : readText(value, column)
}

/** A list of texts, which is kept as JSON. */
export function readTexts(value: unknown, column: string): string[] {
  if (value === '[]') return [] // most keys have neither scopes nor addresses
  const list = parse(readText(value, column), column)
  return isTexts(list) ? list : unreadable(column)
}

export function readTextsOrNull(value: unknown, column: string): string[] | null {
  return value === null ? null : readTexts(value, column)
}

/** An object of any content, which is kept as JSON. */
export function readObject(value: unknown, column: string): Record<string, unknown> {
  const object = parse(readText(value, column), column)
  return isObject(object) ? object : unreadable(column)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(json: string, column: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return unreadable(column)
  }
}

function isTexts(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((text) => typeof text === 'string')
}

/** A whole number, one or more. */
export function readCount(value: unknown, column: string): number {
  const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value > 0
  return isCount ? value : unreadable(column)
}

export function readCountOrNull(value: unknown, column: string): number | null {
  return value === null ? null : readCount(value, column)
}

/** A truth value that is kept as 0 or 1 on both databases. */
export function readFlag(value: unknown, column: string): boolean {
  if (value === 1) return true
  return value === 0 ? false : unreadable(column)
}

/** A truth value of the database's own: a boolean on PostgreSQL, 0 or 1 on SQLite. */
export function readTruth(value: unknown, column: string): boolean {
  return typeof value === 'boolean' ? value : readFlag(value, column)
}

export function readOneOf<Choice extends string>(
  value: unknown,
  choices: readonly Choice[],
  column: string,
): Choice {
  return findChoice(choices, value) ?? unreadable(column)
}
