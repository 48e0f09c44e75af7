// Characters that people cannot tell apart, or do not see at all.
const dashes = /[\p{Pd}\u2212\u02d7]/gu
const singleQuotes = /[\u2018-\u201b\u2032\u2035\u00b4`\u02b9\u02bb\u02bc\uff07]/gu
const doubleQuotes = /[\u201c-\u201f\u2033\u2036\u00ab\u00bb\uff02]|''/gu
const spaces = /[\s\u2800\u{1d159}\u{13441}\u{13442}]+/gu
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\ufffc]/gu

/**
 * Whether a person who reads one text and types the other has typed what they see: case, kinds of
 * spaces, dashes and quotes, and invisible characters make no difference.
 *
 * @see Unicode Standard Annex #15 for NFKC
 */
export function looksAlike(typed: string, shown: string): boolean {
  return fold(typed) === fold(shown)
}

/** Whether what was typed so far may become the text that is shown. */
export function beginsLike(typed: string, shown: string): boolean {
  return fold(shown).startsWith(fold(typed))
}

function fold(text: string): string {
  const plain = text
    .replaceAll(spaces, ' ')
    .replaceAll(invisible, '')
    .normalize('NFKC')
    .toUpperCase() // before lower case, so that ß is SS
    .toLowerCase()
    .replaceAll('i\u0307', 'i') // the small letter of İ
    .normalize('NFKC')
    .replaceAll(dashes, '-')
    .replaceAll(singleQuotes, "'")
    .replaceAll(doubleQuotes, '"')
  return plain.replaceAll(spaces, ' ').trim()
}
