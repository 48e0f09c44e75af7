import { Stack, Text } from '@mantine/core'
import type { Invitation } from '@zentrix/shared/routes/people/session-answers.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { roleNames } from '../../../lib/roles.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'

type Props = {
  invitation: Invitation
  failure: ChangeFailure | null
  isPending: boolean
  onSubmit: () => void
  onCancel: () => void
}

/** Asks before an invitation gets a new link: the one that was sent ends. */
export function InviteAgain({ invitation, failure, isPending, onSubmit, onCancel }: Props) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Stack gap="md">
        <FormFailure failure={failure} />
        <Text size="sm">
          {invitation.email} gets a new link, with the role {roleNames[invitation.role]}. The link
          that was sent before stops working at once.
        </Text>
        <FormButtons
          submit="Send again"
          isBusy={isPending}
          canCancel={!isPending}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  )
}
