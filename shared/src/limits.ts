// Numbers that the portal names too: apart from the schemas, so that it need not load zod for them.
import { DAY_MS } from './moment.ts'

export const MAX_UNREVOKED_KEYS = 10_000
/** How many keys one request may revoke. */
export const MAX_REVOKED_AT_ONCE = 1000
/** Of all services together. */
export const MAX_DECLARED_SCOPES = 1000
export const MAX_RATE_LIMIT_PER_MINUTE = 1_000_000
/** Of a key without a limit of its own, unless RATE_LIMIT_PER_MINUTE says otherwise. */
export const DEFAULT_RATE_LIMIT_PER_MINUTE = 100
export const MAX_OVERLAP_SECONDS = (30 * DAY_MS) / 1000

/** How long a retry under the same Idempotency-Key gets the first answer again. */
export const IDEMPOTENCY_MINUTES = 10

/** How long an invitation's link can be used. */
export const INVITATION_DAYS = 7

/** After how many days a key should be replaced, or revoked if nothing used it. */
export const HYGIENE_DAYS = 90
