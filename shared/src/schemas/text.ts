import * as z from 'zod'
import { controlCharacter, secret, textRules } from '../text.ts'

// For documents: in a form that every language's expressions have, unlike \p{Cc}.
const printable = String.raw`^[^\x00-\x1f\x7f-\x9f]*$`

/** How a document names a whole number that is sent as text, such as in a query. */
export function describedAsInteger(minimum: number, maximum: number) {
  return { type: 'integer', minimum, maximum, pattern: undefined } as const
}

/**
 * Text that a person typed and will read again: trimmed, well-formed Unicode, no control
 * characters, at least one that can be seen, otherwise kept as it was sent. Length is counted in code points.
 *
 * @param missing what to say of empty text
 */
export function displayText(maxLength: number, missing = 'Must not be empty') {
  return textRules(maxLength)
    .reduce(
      (text, { isGood, message }) => text.refine(isGood, message),
      z.string().trim().min(1, missing),
    )
    .meta({ maxLength, pattern: printable })
}

/** Text to search for; it may be empty, and keeps out what no stored text can hold. */
export function searchText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((text) => !controlCharacter.test(text), 'Must not contain control characters')
    .refine((text) => !secret.test(text), 'Must not contain a key: a URL is no place for secrets')
    .meta({ pattern: printable })
}

/** A moment as a caller may write it: ISO 8601, with any offset. */
export const Moment = z.iso
  .datetime({
    offset: true,
    error: 'Must be an ISO 8601 time such as 2026-03-05T14:30:00.000Z',
  })
  .meta({ examples: ['2030-03-05T14:30:00.000Z'] })

/** The same in the stored form, in years that every database knows. */
export const StorableMoment = Moment.transform((text) => new Date(text).toISOString()).refine(
  (text) => /^[12]/.test(text),
  'Must be a year from 1000 to 2999',
)

/** A moment as every response writes it: ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.string().meta({
  format: 'date-time',
  examples: ['2026-03-05T14:30:00.000Z'],
})
