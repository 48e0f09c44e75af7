import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'

const columns: Record<string, (event: AuditEvent) => string | null> = {
  at: ({ at }) => at,
  action: ({ action }) => action,
  actorType: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  keyId: ({ keyId }) => keyId,
  keyLabel: ({ key }) => key?.label ?? null,
  keyMasked: ({ key }) => key?.masked ?? null,
  changes: ({ changes }) => JSON.stringify(changes),
  ip: ({ ip }) => ip,
  userAgent: ({ userAgent }) => userAgent,
  requestId: ({ requestId }) => requestId,
  id: ({ id }) => id,
}

// A spreadsheet would run such a cell as a formula, also with the full-width signs of East Asian
// keyboards. Names and user agents come from strangers. An apostrophe makes the cell a text.
const formula = /^[=+\-@\t\r\n＝＋－＠]/

// Without it, spreadsheets read the file in the system's encoding instead of UTF-8.
const BYTE_ORDER_MARK = '\uFEFF'

/** The first line of the file: the names of the columns. */
export const headerLine = BYTE_ORDER_MARK + toLine(Object.keys(columns))

/** One event as a line of the file. */
export function eventLine(event: AuditEvent): string {
  return toLine(Object.values(columns).map((valueOf) => valueOf(event)))
}

// RFC 4180: lines end with CRLF, and a quote within quotes is doubled.
function toLine(values: (string | null)[]): string {
  return `${values.map(toCell).join(',')}\r\n`
}

function toCell(value: string | null): string {
  const text = formula.test(value ?? '') ? `'${value}` : (value ?? '')
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
