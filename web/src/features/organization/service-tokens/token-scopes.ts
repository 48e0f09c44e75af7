import type { OrganizationScope } from '@zentrix/shared/scopes.ts'

/** Explains each scope to the person who gives it. */
export const scopeMeanings: Record<OrganizationScope, { name: string; means: string }> = {
  'keys:verify': {
    name: 'Verify keys',
    means: 'Ask whether one of this organization’s keys is good.',
  },
  'keys:manage': {
    name: 'Manage keys',
    means: 'List, make, change, rotate and revoke keys, and see new ones in full.',
  },
  'audit:read': { name: 'Read the audit log', means: 'See who did what to which key.' },
  'webhooks:manage': {
    name: 'Manage webhooks',
    means: 'Choose where the audit log is sent as it grows.',
  },
}
