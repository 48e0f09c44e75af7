import type { KeyInBrief } from '@zentrix/shared/schemas/revoke-many.ts'

const columns = [
  'id',
  'label',
  'key',
  'environment',
  'created at',
  'created by',
  'last used at',
  'last used from',
] as const

// Without it, spreadsheets read the file in the system's encoding instead of UTF-8.
const BYTE_ORDER_MARK = '\uFEFF'

// A spreadsheet would run such a cell as a formula, also with the full-width signs of East Asian
// keyboards. An apostrophe makes the cell a text.
const formula = /^[=+\-@\t\r\n＝＋－＠]/

/** The keys that were revoked, as a file for a spreadsheet. @see RFC 4180 */
export function toCsv(keys: readonly KeyInBrief[]): string {
  const rows = keys.map((key) => [
    key.id,
    key.label,
    key.masked,
    key.environment,
    key.createdAt,
    key.createdBy?.name ?? '',
    key.lastUsedAt ?? '',
    key.lastUsedIp ?? '',
  ])
  const lines = [columns, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`)
  return BYTE_ORDER_MARK + lines.join('')
}

function toCell(text: string): string {
  const plain = formula.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
