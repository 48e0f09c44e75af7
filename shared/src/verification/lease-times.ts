// Apart from the schemas, so that a verifier need not load zod for them.

/** How long a verifier trusts its copies, from before it sent the poll that was answered. */
export const LEASE_MS = 2000

/** How long a poll is kept waiting for a change. */
export const HOLD_MS = 500

/**
 * A time that one process grants ends for another, by its own clock, within this factor: it holds
 * while the rates of two clocks differ by less than a fifth. Two disciplined clocks, slewed 8 %
 * against each other, differ by 1.17.
 */
export const CLOCK_MARGIN = 1.2

/** How long the service waits for a lease that it cannot see, by its own clock. */
export const LEASE_WAIT_MS = CLOCK_MARGIN * LEASE_MS

/**
 * How many rows of uses, and how many of unused slices, a poll brings at most: of both so many fit
 * into a body of 64 KiB.
 */
export const MAX_ROWS_OF_POLL = 200

/** How many bytes of the same body name scopes at most. */
export const MAX_SCOPE_BYTES_OF_POLL = 10_000

/** How many changes an answer names; a verifier that missed more drops all its copies. */
export const MAX_CHANGES_OF_ANSWER = 1000
