import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { paths, signInPath } from '../../../paths.ts'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { AccountForm } from '../AccountForm.tsx'
import { invitationToken } from './invitation.queries.ts'
import { InvitationFacts, type PendingInvitation } from './InvitationFacts.tsx'

/** For a person who is not signed in: a new account, or the way to the one they have. */
export function JoinByInvitation({ invitation }: { invitation: PendingInvitation }) {
  const { email, organizationName } = invitation
  return (
    <EntryCard
      title={`Join ${organizationName}`}
      description="Create your account to accept. It is made for the invited address."
    >
      <InvitationFacts invitation={invitation} />
      <AccountForm needsSetupCode={false} invitation={{ email, token: invitationToken() ?? '' }} />
      <Text size="sm" c="dimmed" ta="center" mt="md">
        Have an account already?{' '}
        <Anchor component={Link} to={signInPath(paths.invitation)} underline="always">
          Sign in
        </Anchor>
      </Text>
    </EntryCard>
  )
}
