import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { countOfKeys } from './count-of-keys.ts'
import { KeysOfLeaver } from './KeysOfLeaver.tsx'
import type { MemberDialogProps } from './member-dialog.ts'
import { keysMadeQuery, useRemoveMember } from '../organization.queries.ts'

/** Removes somebody, and then offers to end what they may have taken along. */
export function RemoveMemberDialog({
  member,
  returnTo,
  focusFallback,
  onClose,
}: MemberDialogProps) {
  const { name, email } = member.user
  const [isRemoved, setIsRemoved] = useState(false)
  const remove = useRemoveMember(name)
  const keys = useQuery(keysMadeQuery(member.userId)).data ?? member.activeKeys
  const focusTarget = useReturnFocus(returnTo, focusFallback)
  if (isRemoved) return <KeysOfLeaver member={member} keys={keys} onClose={onClose} />
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
            if (keys > 0) setIsRemoved(true)
            else onClose()
          },
        })
      }
    >
      <Text size="sm">{email} loses access to this organization at once.</Text>
      {keys === 0 ? (
        <Text size="sm">They made no key that is still active.</Text>
      ) : (
        <Text size="sm">
          They made <strong>{countOfKeys(keys)}</strong>. Keys stay and go on working, since they
          belong to the organization. You can rotate or revoke them next.
        </Text>
      )}
      <FormFailure failure={remove.failure} />
    </AlertDialog>
  )
}
