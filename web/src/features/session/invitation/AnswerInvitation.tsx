import { Stack } from '@mantine/core'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useAcceptInvitation, useDeclineInvitation } from './invitation.queries.ts'
import { InvitationFacts, type PendingInvitation } from './InvitationFacts.tsx'

/** For the invited person, signed in. */
export function AnswerInvitation({ invitation }: { invitation: PendingInvitation }) {
  const accept = useAcceptInvitation()
  const decline = useDeclineInvitation()
  const failure = accept.failure ?? decline.failure
  const isAnswering = accept.isPending || accept.isDone || decline.isPending
  return (
    <EntryCard
      title={`Join ${invitation.organizationName}`}
      description={`You are signed in as ${invitation.email}.`}
    >
      <InvitationFacts invitation={invitation} />
      <Stack gap="sm">
        <FormFailure failure={failure} />
        <BusyButton
          fullWidth
          isBusy={accept.isPending || accept.isDone}
          onClick={() => {
            if (!isAnswering) accept.run()
          }}
        >
          Accept invitation
        </BusyButton>
        <BusyButton
          fullWidth
          variant="default"
          isBusy={decline.isPending}
          onClick={() => {
            if (!isAnswering) decline.run()
          }}
        >
          Decline
        </BusyButton>
      </Stack>
    </EntryCard>
  )
}
