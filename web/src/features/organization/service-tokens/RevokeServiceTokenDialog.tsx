import { Text } from '@mantine/core'
import type { ServiceToken } from '@zentrix/shared/schemas/service-tokens.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { useState, type RefObject } from 'react'
import { useNow } from '../../../lib/time/use-now.ts'
import { LastUse } from '../../../ui/words/LastUse.tsx'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { ConfirmField, isConfirmed } from '../../../ui/fields/ConfirmField.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { useRevokeServiceToken } from './service-tokens.queries.ts'

type Props = {
  token: ServiceToken
  returnTo: HTMLElement
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
}

export function RevokeServiceTokenDialog({ token, returnTo, focusFallback, onClose }: Props) {
  const { id, name, masked, last4, lastUsedAt } = token
  const [typed, setTyped] = useState('')
  const revoke = useRevokeServiceToken()
  const focusTarget = useReturnFocus(returnTo, focusFallback)
  const isInUse = useNow() - Date.parse(lastUsedAt ?? '') < DAY_MS

  function confirm() {
    revoke.run(id, {
      onDone: () => {
        focusTarget.current = null // its row leaves the list
        void notify({ title: 'Token revoked', message: `${name} (${masked}) is refused from now.` })
        onClose()
      },
    })
  }

  return (
    <AlertDialog
      title={`Revoke ${name}?`}
      cancelLabel="Cancel"
      confirmLabel="Revoke token"
      canConfirm={!isInUse || isConfirmed(typed, name, last4)}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <Text size="sm">
        The service that uses it is refused with 401 from now on. There is no undo.
      </Text>
      <Text size="sm" c="dimmed">
        <LastUse of={token} />
      </Text>
      {isInUse && <ConfirmField name={name} last4={last4} value={typed} onChange={setTyped} />}
      <FormFailure failure={revoke.failure} />
    </AlertDialog>
  )
}
