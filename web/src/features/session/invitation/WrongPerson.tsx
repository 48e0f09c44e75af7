import { Stack, Text } from '@mantine/core'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useSignOutHere } from './invitation.queries.ts'
import type { PendingInvitation } from './InvitationFacts.tsx'

type Props = { invitation: PendingInvitation; signedInAs: string }

/** For a signed-in person who is not the invited one. */
export function WrongPerson({ invitation: { email, organizationName }, signedInAs }: Props) {
  const signOut = useSignOutHere()
  return (
    <EntryCard title="This invitation is for another address">
      <Stack gap="md">
        <Text size="sm">
          The invitation to {organizationName} is for <strong>{email}</strong>. You are signed in as{' '}
          <strong>{signedInAs}</strong>.
        </Text>
        <FormFailure failure={signOut.failure} />
        <BusyButton fullWidth isBusy={signOut.isPending} onClick={() => signOut.run()}>
          Sign out and continue
        </BusyButton>
        <Text size="sm" c="dimmed">
          If both addresses are yours, you can also ask for an invitation to the one you use here.
        </Text>
      </Stack>
    </EntryCard>
  )
}
