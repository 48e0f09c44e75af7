import * as z from 'zod'
import { describedAsInteger } from './text.ts'

export const DEFAULT_PAGE_SIZE = 25
export const MAX_PAGE_SIZE = 100

// Query strings are text; only whole numbers in plain digits pass.
const limitText = z
  .string()
  .regex(/^[0-9]{1,3}$/, 'Must be a whole number')
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MAX_PAGE_SIZE, `Must be from 1 to ${MAX_PAGE_SIZE}`)

export const pageQuery = {
  limit: limitText.optional().meta({
    description: `1 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when absent`,
    ...describedAsInteger(1, MAX_PAGE_SIZE),
  }),
  cursor: z.string().min(1).max(200).optional().meta({
    description: '`nextCursor` of the page before',
  }),
}

/** One page of a list, newest first; `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  const description = 'A page; `nextCursor` is null on the last one'
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ description })
}

export type Page<T> = { data: T[]; nextCursor: string | null }
