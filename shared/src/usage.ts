import { refusalCodes } from './verify.ts'

/**
 * How a use of a key can end. Stored by position, so that a new one goes to the end.
 * `NOT_FOUND` never occurs: an unknown secret belongs to no key.
 */
export const outcomes = ['VALID', ...refusalCodes] as const
export type Outcome = (typeof outcomes)[number]
