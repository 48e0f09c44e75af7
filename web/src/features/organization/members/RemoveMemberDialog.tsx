import { Text } from '@mantine/core'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import type { MemberDialogProps } from './member-dialog.ts'
import { useRemoveMember } from '../organization.queries.ts'

export function RemoveMemberDialog({
  member,
  returnTo,
  focusFallback,
  onClose,
}: MemberDialogProps) {
  const { name, email } = member.user
  const remove = useRemoveMember(name)
  const focusTarget = useReturnFocus(returnTo, focusFallback)
  return (
    <AlertDialog
      title={`Remove ${name}?`}
      cancelLabel="Cancel"
      confirmLabel="Remove"
      isPending={remove.isPending}
      onCancel={onClose}
      onConfirm={() =>
        remove.run(member.id, {
          onDone: () => {
            focusTarget.current = null // the row is gone
            void notify({ title: 'Member removed', message: `${name} has no access any longer.` })
            onClose()
          },
        })
      }
    >
      <Text size="sm">{email} loses access to this organization at once.</Text>
      <Text size="sm">
        The keys they made stay, and go on working: they belong to the organization. If someone may
        have taken one along, rotate or revoke it.
      </Text>
      <FormFailure failure={remove.failure} />
    </AlertDialog>
  )
}
