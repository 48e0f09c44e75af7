// How a use of a key can end. Free of zod: `schemas/usage.ts` has the schemas of its counts.
import { refusalCodes } from './verdict.ts'

/**
 * How a use of a key can end. Stored by position, so that a new one goes to the end.
 * `NOT_FOUND` never occurs: an unknown secret belongs to no key.
 */
export const outcomes = ['VALID', ...refusalCodes] as const
export type Outcome = (typeof outcomes)[number]

/** The outcomes that are counted, each of them in every interval. */
export const countedOutcomes = outcomes.filter((outcome) => outcome !== 'NOT_FOUND')
export type CountedOutcome = (typeof countedOutcomes)[number]
