import { Text } from '@mantine/core'
import type { ShownInvitation } from '@zentrix/shared/schemas/people/sessions.ts'
import { roleMeanings, roleNames } from '../../../lib/roles.ts'
import { formatUntil } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import classes from './InvitationFacts.module.css'

export type PendingInvitation = Extract<ShownInvitation, { status: 'pending' }>

/** Who sent the invitation, and for which role. */
export function InvitationFacts({ invitation }: { invitation: PendingInvitation }) {
  const { inviterName, inviterEmail, role, expiresAt } = invitation
  const now = useNow()
  return (
    <dl className={classes.facts}>
      <div>
        <dt>Invited by</dt>
        <dd>
          {inviterName}
          <Text size="sm" c="dimmed">
            {inviterEmail}
          </Text>
        </dd>
      </div>
      <div>
        <dt>As</dt>
        <dd>
          {roleNames[role]}
          <Text size="sm" c="dimmed">
            {roleMeanings[role]}
          </Text>
        </dd>
      </div>
      <div>
        <dt>Expires</dt>
        <dd>{formatUntil(expiresAt, now)}</dd>
      </div>
    </dl>
  )
}
