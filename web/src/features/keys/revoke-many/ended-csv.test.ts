import { expect, test } from 'vitest'
import { toCsv } from './ended-csv.ts'

test('a label with commas and quotes stays one cell, and no cell is a formula', () => {
  const key = {
    id: 'key_1',
    label: '=1, "two"',
    masked: 'nas_...3b4c',
    environment: 'staging' as const,
    createdAt: '2026-03-05T14:30:00.000Z',
    createdBy: { id: 'usr_1', name: 'Ada' },
    lastUsedAt: null,
    lastUsedIp: null,
  }
  expect(toCsv([key])).toBe(
    [
      '\uFEFFid,label,key,environment,created at,created by,last used at,last used from',
      `key_1,"'=1, ""two""",nas_...3b4c,staging,2026-03-05T14:30:00.000Z,Ada,,`,
      '',
    ].join('\r\n'),
  )
})
