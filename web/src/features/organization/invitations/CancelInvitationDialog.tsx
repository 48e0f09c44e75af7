import type { Invitation } from '@zentrix/shared/routes/people/session-answers.ts'
import { Text } from '@mantine/core'
import type { RefObject } from 'react'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { useCancelInvitation } from '../organization.queries.ts'

type Props = {
  invitation: Invitation
  returnTo: HTMLElement
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
}

export function CancelInvitationDialog({
  invitation: { id, email },
  returnTo,
  focusFallback,
  onClose,
}: Props) {
  const cancel = useCancelInvitation()
  const focusTarget = useReturnFocus(returnTo, focusFallback)
  return (
    <AlertDialog
      title="Cancel the invitation?"
      cancelLabel="Keep it"
      confirmLabel="Cancel invitation"
      isPending={cancel.isPending}
      onCancel={onClose}
      onConfirm={() =>
        cancel.run(id, {
          onDone: () => {
            focusTarget.current = null // the row is gone
            void notify({ title: 'Invitation cancelled', message: `${email} can no longer join.` })
            onClose()
          },
        })
      }
    >
      <Text size="sm">The link that {email} was sent stops working at once.</Text>
      <FormFailure failure={cancel.failure} />
    </AlertDialog>
  )
}
