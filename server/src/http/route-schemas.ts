import * as z from 'zod'
import { ApiError } from '@zentrix/shared/errors.ts'

/** An answer without a body. */
export const Nothing = z.undefined().meta({ description: 'Done' })

export const KeyParams = z.object({ id: z.string().max(100) })

/** The errors that a route documents, all in the one shape. */
export function errors<Status extends number>(...statuses: Status[]) {
  return Object.fromEntries(statuses.map((status) => [status, ApiError])) as Record<
    Status,
    typeof ApiError
  >
}

/** A retry with the same key gets the first answer again. Other headers are not our business. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{16,255}$/, 'Must be 16 to 255 visible ASCII characters')
    .optional(),
})
