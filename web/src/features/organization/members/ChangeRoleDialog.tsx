import { Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { roleNames, rolesToGive } from '../../../lib/roles.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import type { MemberDialogProps } from './member-dialog.ts'
import { useChangeRole } from '../organization.queries.ts'
import { RolePicker } from '../RolePicker.tsx'
import { useRole } from '../use-organization.ts'

export function ChangeRoleDialog({
  member,
  isSelf,
  returnTo,
  focusFallback,
  onClose,
}: MemberDialogProps) {
  const { name } = member.user
  const by = useRole() ?? 'viewer'
  const [role, setRole] = useState(member.role)
  const change = useChangeRole()
  useReturnFocus(returnTo, focusFallback)

  function save() {
    if (change.isPending) return
    if (role === member.role) return onClose()
    change.run(
      { id: member.id, role },
      {
        onDone: () => {
          void notify({
            title: 'Role changed',
            message: `${isSelf ? 'You are' : `${name} is`} now: ${roleNames[role]}.`,
          })
          onClose()
        },
      },
    )
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={isSelf ? 'Your role' : `Role of ${name}`}
      centered
      size={460}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Stack gap="md">
          <FormFailure failure={change.failure} />
          <RolePicker choices={rolesToGive(by)} value={role} onChange={setRole} />
          <Text size="sm" c="dimmed">
            {isSelf
              ? 'It acts from your next step on, and you cannot take it back yourself.'
              : 'It acts from their next step on.'}
          </Text>
          <FormButtons mt={0} submit="Save role" isBusy={change.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
