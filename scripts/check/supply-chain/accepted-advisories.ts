import type { Accepted } from './advisories.ts'

/** Grave advisories that do not touch us, each with the reason, and the day to look again. */
export const acceptedAdvisories: Accepted[] = []
