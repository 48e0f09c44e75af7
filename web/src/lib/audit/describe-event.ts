import type { AuditAction, AuditEvent } from '@zentrix/shared/audit.ts'
import { fieldName } from './describe-changes.ts'

/** An action as the predicate of a sentence, of which the actor is the subject. */
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
  'member.reset_link_made': 'Made a password reset link',
  'member.second_factor_ended': 'Turned off a second factor',
  'service_token.created': 'Created a service token',
  'service_token.revoked': 'Revoked a service token',
  'service_token.leaked': 'Reported a service token as leaked',
}

/** An event where many kinds of them stand together, such as `Rotated a key`. */
export function describeEvent({ action, actor, changes }: AuditEvent): string {
  if (action === 'member.added' && changes['userId'] === actor.id) return 'Joined the organization'
  if (action === 'key.created' && changes['imported'] === true) return 'Imported a key'
  return actionNames[action] ?? action
}

/** The same on the page of the key, such as `Rotated`. */
export function describeOwnEvent(event: AuditEvent): string {
  if (event.action === 'key.leaked') return 'Reported as leaked'
  return describeEvent(event).replace(/ a key$/, '')
}

/** The event of someone who only held the key names the key, not a person. */
export function describeActor({ actor }: AuditEvent): string {
  return actor.type === 'key-holder' ? 'whoever had it' : actor.name
}

const groupNames: Record<string, string> = {
  key: 'Keys',
  member: 'Members',
  service_token: 'Service tokens',
}

/** The actions by what they are done to, as a list to choose from has them. */
export function actionGroups(): { group: string; actions: AuditAction[] }[] {
  const groups = new Map<string, AuditAction[]>()
  for (const action of Object.keys(actionNames) as AuditAction[]) {
    const [kind = ''] = action.split('.')
    const group = groupNames[kind] ?? fieldName(kind)
    groups.set(group, [...(groups.get(group) ?? []), action])
  }
  return [...groups].map(([group, actions]) => ({ group, actions }))
}
