import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'

/** A change that Ada made to a key; a test names only what it is about. */
export function eventWith(settings: Partial<AuditEvent>): AuditEvent {
  return {
    id: 'evt_1',
    action: 'key.updated',
    keyId: 'key_1',
    key: { label: 'Production server', masked: 'nas_...3b4c' },
    actor: { type: 'user', id: 'user_1', name: 'Ada' },
    at: '2026-03-05T14:30:00.000Z',
    ip: null,
    userAgent: null,
    requestId: null,
    changes: {},
    ...settings,
  }
}
