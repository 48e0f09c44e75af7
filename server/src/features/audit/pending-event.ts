import type { AuditEventsTable } from '../../store/schema/audit.ts'

/** An event that has no place in the log yet. */
export type PendingEvent = Omit<AuditEventsTable, 'position' | 'sequence' | 'link'>
