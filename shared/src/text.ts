import * as z from 'zod'

// \p{Cc} holds the C0 and C1 controls, so a line break or NUL never reaches a log or a table cell.
const controlCharacter = /\p{Cc}/u

// Letters, numbers, punctuation, symbols, and whatever is newer than these tables; but none that is
// drawn as nothing: zero-width and direction marks, fillers and selectors (default ignorable), the
// blanks of Braille, music and hieroglyphs, and the place of an object. Spaces, and marks without a
// letter to stand on, are none of these.
const visibleCharacter =
  /(?![\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}\ufffc])[\p{L}\p{N}\p{P}\p{S}\p{Co}\p{Cn}]/u

// Somebody pasted the wrong thing: what is in a label is in lists and in the audit log.
const secret = /nas(svc)?_[0-9A-Za-z]{32}/

/**
 * Text that a person typed and will read again: trimmed, well-formed Unicode, no control
 * characters, at least one that can be seen, otherwise kept as it was sent. Length is counted in code points.
 */
export function displayText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'Must not be empty')
    .refine((text) => text.isWellFormed(), 'Must be well-formed Unicode')
    .refine((text) => !controlCharacter.test(text), 'Must not contain control characters')
    .refine(
      (text) => text === '' || visibleCharacter.test(text),
      'Must have a character that can be seen',
    )
    .refine((text) => !secret.test(text), 'Must not contain a key: this text is shown to others')
    .refine((text) => [...text].length <= maxLength, `Must be at most ${maxLength} characters`)
}

/** Text to search for; it may be empty, and keeps out what no stored text can hold. */
export function searchText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((text) => !controlCharacter.test(text), 'Must not contain control characters')
    .refine((text) => !secret.test(text), 'Must not contain a key: a URL is no place for secrets')
}

/** A moment as a caller may write it: ISO 8601, with any offset. */
export const Moment = z.iso.datetime({
  offset: true,
  error: 'Must be an ISO 8601 time such as 2026-03-05T14:30:00.000Z',
})

/** A moment as every response writes it: ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.string().meta({
  format: 'date-time',
  examples: ['2026-03-05T14:30:00.000Z'],
})
