import pg from 'pg'
import { UnreadableError } from '../../lib/reading/read-values.ts'

const oids = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
}

type Parser = (text: string) => unknown

/** The driver's own parsers make null or something else of what they cannot read; these throw. */
const parsers: Record<number, Parser> = {
  [oids.bool]: readBoolean,
  [oids.bytea]: readBytes,
  [oids.int8]: readInteger,
  [oids.int2]: readInteger,
  [oids.int4]: readInteger,
  [oids.timestamptz]: readMoment,
  [oids.date]: () => unreadable('a date'),
  [oids.timestamp]: () => unreadable('a moment without an offset'),
}

/** How a connection reads values, in the form that the driver takes. */
export function valueTypes(instead: Record<number, Parser> = {}): pg.CustomTypesConfig {
  const ours = { ...parsers, ...instead }
  const getTypeParser = (oid: number, format: never) =>
    ours[oid] ?? pg.types.getTypeParser(oid, format)
  return { getTypeParser: getTypeParser as never }
}

/** How a copy reads values: whole numbers and truth values as bigints, moments as ISO 8601 text. */
export const typesOfCopies = valueTypes({
  [oids.bool]: (text) => (readBoolean(text) ? 1n : 0n),
  [oids.int8]: BigInt,
  [oids.int4]: BigInt,
  [oids.timestamptz]: (text) => readMoment(text).toISOString(),
})

const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/

function readMoment(text: string): Date {
  if (!MOMENT.test(text)) unreadable('a moment')
  const isUtc = text.endsWith('+00')
  const moment = new Date(isUtc ? `${text.slice(0, 10)}T${text.slice(11, -3)}Z` : text)
  if (Number.isNaN(moment.getTime())) unreadable('a moment')
  return moment
}

function readBoolean(text: string): boolean {
  if (text === 't') return true
  return text === 'f' ? false : unreadable('a truth value')
}

// A double holds every number that is stored here.
function readInteger(text: string): number {
  const number = Number(text)
  return text !== '' && Number.isSafeInteger(number) ? number : unreadable('a whole number')
}

function readBytes(text: string): Buffer {
  const bytes = Buffer.from(text.slice(2), 'hex')
  const isWhole = text.startsWith('\\x') && bytes.length * 2 === text.length - 2
  return isWhole ? bytes : unreadable('bytes')
}

function unreadable(kind: string): never {
  throw new UnreadableError(kind)
}
