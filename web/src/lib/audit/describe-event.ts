import type { AuditAction, AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { fieldName } from './describe-changes.ts'

/** The actions as the predicate of a sentence whose subject is the actor. */
export const actionNames: Record<AuditAction, string> = {
  'key.created': 'Generated a key',
  'key.updated': 'Changed a key',
  'key.disabled': 'Disabled a key',
  'key.enabled': 'Enabled a key',
  'key.rotated': 'Rotated a key',
  'key.revoked': 'Revoked a key',
  'key.leaked': 'Reported a leaked key',
  'key.expiring': 'Noted that a key ends soon',
  'member.invited': 'Invited a member',
  'member.invitation_cancelled': 'Cancelled an invitation',
  'member.invitation_declined': 'Declined an invitation',
  'member.added': 'Added a member',
  'member.removed': 'Removed a member',
  'member.role_changed': 'Changed a role',
  'member.reset_link_made': 'Created a password reset link',
  'member.second_factor_ended': 'Turned off a second factor',
  'portal_session.opened': 'Opened the portal from the platform',
  'portal_session.ended': 'Ended portal sessions',
  'service_token.created': 'Generated a service token',
  'service_token.revoked': 'Revoked a service token',
  'service_token.leaked': 'Reported a service token as leaked',
  'policy.updated': 'Changed the policy',
  'webhook.created': 'Added a webhook',
  'webhook.updated': 'Changed a webhook',
  'webhook.secret_rotated': 'Replaced the secret of a webhook',
  'webhook.disabled': 'Disabled a webhook',
  'webhook.deleted': 'Deleted a webhook',
}

/** Whether a text names an action that this version knows. */
export function isAuditAction(text: string): text is AuditAction {
  return text in actionNames
}

/** Describes an event in a list of many kinds, such as `Rotated a key`. */
export function describeEvent({ action, actor, changes }: AuditEvent): string {
  if (action === 'member.added' && changes['userId'] === actor.id) return 'Joined the organization'
  if (action === 'key.created' && changes['imported'] === true) return 'Imported a key'
  return actionNames[action] ?? action
}

/** Describes an event on the page of its key, such as `Rotated`. */
export function describeOwnEvent(event: AuditEvent): string {
  if (event.action === 'key.leaked') return 'Reported as leaked'
  if (event.action === 'key.expiring') return 'Noted that it ends soon'
  return describeEvent(event).replace(/ a key$/, '')
}

/** The actor's name; someone who only held the key has none. */
export function describeActor({ actor }: AuditEvent): string {
  return actor.type === 'key-holder' ? 'someone who had it' : actor.name
}

const groupNames: Record<string, string> = {
  key: 'Keys',
  member: 'Members',
  portal_session: 'Portal sessions',
  service_token: 'Service tokens',
  policy: 'Policy',
  webhook: 'Webhooks',
}

/** The actions to choose from, grouped by their object. */
export function actionGroups(): { group: string; actions: AuditAction[] }[] {
  const groups = new Map<string, AuditAction[]>()
  for (const action of Object.keys(actionNames) as AuditAction[]) {
    const [kind = ''] = action.split('.')
    const group = groupNames[kind] ?? fieldName(kind)
    groups.set(group, [...(groups.get(group) ?? []), action])
  }
  return [...groups].map(([group, actions]) => ({ group, actions }))
}
