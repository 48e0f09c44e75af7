// Apart from the schemas, so that the portal need not load zod for it.

// \p{Cc} holds the C0 and C1 controls, so a line break or NUL never reaches a log or a table cell.
export const controlCharacter = /\p{Cc}/u

// Letters, numbers, punctuation, symbols, and whatever is newer than these tables; but none that is
// drawn as nothing: zero-width and direction marks, fillers and selectors (default ignorable), the
// blanks of Braille, music and hieroglyphs, and the place of an object. Spaces, and marks without a
// letter to stand on, are none of these.
const visibleCharacter =
  /(?![\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}\ufffc])[\p{L}\p{N}\p{P}\p{S}\p{Co}\p{Cn}]/u

// Somebody pasted the wrong thing: what is in a label is in lists and in the audit log.
export const secret = /nas(svc)?_[0-9A-Za-z]{32}/

export type TextRule = { isGood: (text: string) => boolean; message: string }

/** The rule of {@link displayText} for text that is trimmed and not empty. */
export function textRules(maxLength: number): TextRule[] {
  return [
    { isGood: (text) => text.isWellFormed(), message: 'Must be well-formed Unicode' },
    {
      isGood: (text) => !controlCharacter.test(text),
      message: 'Must not contain control characters',
    },
    {
      isGood: (text) => text === '' || visibleCharacter.test(text),
      message: 'Must have a character that can be seen',
    },
    {
      isGood: (text) => !secret.test(text),
      message: 'Must not contain a key: this text is shown to others',
    },
    {
      isGood: (text) => [...text].length <= maxLength,
      message: `Must be at most ${maxLength} characters`,
    },
  ]
}
