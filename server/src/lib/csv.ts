// A spreadsheet would run such a cell as a formula, also with the full-width signs of East Asian
// keyboards. Names and user agents come from strangers. An apostrophe makes the cell a text.
const formula = /^[=+\-@\t\r\n＝＋－＠]/

// Without it, spreadsheets read the file in the system's encoding instead of UTF-8.
export const BYTE_ORDER_MARK = '\uFEFF'

/** The line of a file. RFC 4180: lines end with CRLF, and a quote within quotes is doubled. */
export function toCsvLine(values: (string | null)[]): string {
  return `${values.map(toCell).join(',')}\r\n`
}

function toCell(value: string | null): string {
  const text = formula.test(value ?? '') ? `'${value}` : (value ?? '')
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
