import { Stack } from '@mantine/core'
import { sentenceOf } from '../../../api/http.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'
import { useAcceptInvitation, useDeclineInvitation } from './invitation.queries.ts'
import { InvitationFacts, type PendingInvitation } from './InvitationFacts.tsx'

/** For the invited person, signed in. */
export function AnswerInvitation({ invitation }: { invitation: PendingInvitation }) {
  const accept = useAcceptInvitation()
  const decline = useDeclineInvitation()
  const error = accept.error ?? decline.error
  const isAnswering = accept.isPending || accept.isSuccess || decline.isPending
  return (
    <EntryCard
      title={`Join ${invitation.organizationName}`}
      description={`You are signed in as ${invitation.email}.`}
    >
      <InvitationFacts invitation={invitation} />
      <Stack gap="sm">
        {error && <FormError>{sentenceOf(error)}</FormError>}
        <BusyButton
          fullWidth
          isBusy={accept.isPending || accept.isSuccess}
          onClick={() => {
            if (!isAnswering) accept.mutate()
          }}
        >
          Accept invitation
        </BusyButton>
        <BusyButton
          fullWidth
          variant="default"
          isBusy={decline.isPending}
          onClick={() => {
            if (!isAnswering) decline.mutate()
          }}
        >
          Decline
        </BusyButton>
      </Stack>
    </EntryCard>
  )
}
