import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { sentenceOf } from '../../api/http.ts'
import { useNow } from '../../lib/use-now.ts'
import { Ago } from '../../ui/Ago.tsx'
import { AlertDialog } from '../../ui/AlertDialog.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { useReturnFocus } from '../../ui/use-return-focus.ts'
import { notify } from '../../ui/notify.ts'
import type { KeyDialogProps } from './KeyDialogs.tsx'
import { wasUsedToday } from './key-notices.ts'
import { useRevokeKey } from './keys.queries.ts'

export function RevokeKeyDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const { label, masked, lastUsedAt, lastUsedIp } = apiKey
  const [typed, setTyped] = useState('')
  const revoke = useRevokeKey(apiKey.id)
  const focusTarget = useReturnFocus(returnTo, focusFallback)
  const mustType = wasUsedToday(apiKey, useNow())

  function confirm() {
    revoke.mutate(undefined, {
      onSuccess: () => {
        focusTarget.current = null // its row leaves the list
        void notify({
          title: 'Key revoked',
          message: `Requests with ${label} (${masked}) now fail with 401.`,
        })
        onClose()
      },
    })
  }

  return (
    <AlertDialog
      title={`Revoke ${label}?`}
      cancelLabel="Cancel"
      confirmLabel="Revoke key"
      canConfirm={!mustType || typed.trim() === label.trim()}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <Text size="sm">Requests with this key fail with 401 from now on. There is no undo.</Text>
      <Text size="sm" c="dimmed">
        <Text span ff="monospace" fz="sm" c="var(--mantine-color-text)">
          {masked}
        </Text>{' '}
        {lastUsedAt ? (
          <>
            was last used <Ago timestamp={lastUsedAt} />
            {lastUsedIp && <> from {lastUsedIp}</>}.
          </>
        ) : (
          'has never been used.'
        )}
      </Text>
      {mustType && (
        <TextInput
          label={
            <>
              It is in use. Type <strong>{label}</strong> to confirm
            </>
          }
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
        />
      )}
      {revoke.isError && <FormError>The key was not revoked. {sentenceOf(revoke.error)}</FormError>}
    </AlertDialog>
  )
}
