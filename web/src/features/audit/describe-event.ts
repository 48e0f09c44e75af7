import type { AuditAction, AuditEvent } from '@zentrix/shared/audit.ts'

/** What the actor did, as the verb of a sentence. */
export const actionNames: Record<AuditAction, string> = {
  'key.created': 'Generated a key',
  'key.updated': 'Changed a key',
  'key.disabled': 'Disabled a key',
  'key.enabled': 'Enabled a key',
  'key.rotated': 'Rotated a key',
  'key.revoked': 'Revoked a key',
  'key.leaked': 'Reported a leaked key',
  'member.invited': 'Invited a member',
  'member.invitation_cancelled': 'Cancelled an invitation',
  'member.invitation_declined': 'Declined an invitation',
  'member.added': 'Added a member',
  'member.removed': 'Removed a member',
  'member.role_changed': 'Changed a role',
  'member.reset_link_made': 'Made a link to reset a password',
  'service_token.created': 'Created a service token',
  'service_token.revoked': 'Revoked a service token',
}

export const actorKinds: Record<AuditEvent['actor']['type'], string | null> = {
  user: null,
  service: 'Service',
  'key-holder': 'Key holder',
  system: 'System',
}

/** Such as `label, scopes`; empty where the action says it all. */
export function changedFields(event: AuditEvent): string {
  return event.action === 'key.updated' ? Object.keys(event.changes).join(', ') : ''
}
