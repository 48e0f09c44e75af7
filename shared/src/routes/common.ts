import * as z from 'zod'
import { IDEMPOTENCY_MINUTES } from '../limits.ts'
import { ApiError } from '../schemas/errors.ts'

/** An answer without a body. */
export const Nothing = z.undefined().meta({ description: 'Done' })

/** To a request with If-None-Match. */
export const NotModified = z.undefined().meta({ description: 'It is as the ETag says' })

export const IdParams = z.object({ id: z.string().max(100) })

/** The errors that a route documents, all in the one shape. */
export function errors<Status extends number>(...statuses: Status[]) {
  return Object.fromEntries(statuses.map((status) => [status, ApiError])) as Record<
    Status,
    typeof ApiError
  >
}

/** A sentence for every call that takes an Idempotency-Key; it may go on. */
export const sameAnswerAgain = `With an Idempotency-Key, a retry within ${IDEMPOTENCY_MINUTES} minutes gets this answer again`

/** Other headers are not our business. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{16,255}$/, 'Must be 16 to 255 visible ASCII characters')
    .optional()
    .meta({
      description:
        'A retry with the same key and body gets the first answer again, and does nothing twice. Best 128 random bits',
    }),
})
