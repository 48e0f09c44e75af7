import { Anchor, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RevokeKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { useRef, useState } from 'react'
import { sentencesOf } from '../../../api/use-change.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { ConfirmField, isConfirmed } from '../../../ui/fields/ConfirmField.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import type { KeyDialogProps } from './key-dialog.ts'
import { lastDayUsageQuery, useKey } from '../key-details.queries.ts'
import { wasUsedToday } from '../key-notices.ts'
import { useRevokeKey } from '../keys.queries.ts'
import { KeyTraffic } from './KeyTraffic.tsx'
import { mayRotate } from '../rotation.ts'
import { totalOf } from '../usage/usage-series.ts'

export function RevokeKeyDialog({
  apiKey: listed,
  returnTo,
  focusFallback,
  onClose,
  onOpenDialog,
}: KeyDialogProps) {
  const apiKey = useKey(listed.id, false).data ?? listed
  const { label, masked } = apiKey
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [reasonProblem, setReasonProblem] = useState<string | null>(null)
  const reasonField = useRef<HTMLInputElement>(null)
  const focusRef = useReturnFocus(returnTo, focusFallback)
  const revoke = useRevokeKey(apiKey.id, () => finish(), sentencesOf('The key was', 'revoked'))
  const usage = useQuery(lastDayUsageQuery(apiKey.id))
  const requests = usage.data && totalOf(usage.data, 'VALID')
  const mustType = wasUsedToday(apiKey, useNow()) || (requests ?? 0) > 0

  function confirm() {
    const input = RevokeKeyInput.safeParse(reason.trim() === '' ? {} : { reason })
    if (!input.success) {
      setReasonProblem(input.error.issues[0]?.message ?? null)
      reasonField.current?.focus()
      return
    }
    revoke.run(input.data)
  }

  function finish() {
    focusRef.current = null // its row leaves the list
    void notify({
      title: 'Key revoked',
      message: `Requests with ${label} (${masked}) now fail with 401.`,
    })
    onClose()
  }

  return (
    <AlertDialog
      title={`Revoke ${label}?`}
      cancelLabel="Cancel"
      confirmLabel="Revoke key"
      canConfirm={!mustType || isConfirmed(typed, label, apiKey.last4)}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={confirm}
    >
      <Text size="sm">Requests with this key fail with 401 from now on. There is no undo.</Text>
      <KeyTraffic apiKey={apiKey} />
      {mayRotate(apiKey) && (
        <RotateInstead
          isUsed={apiKey.lastUsedAt !== null}
          disabled={revoke.isPending}
          onClick={() => onOpenDialog({ kind: 'rotate', apiKey, returnTo })}
        />
      )}
      <TextInput
        ref={reasonField}
        label="Reason (optional)"
        placeholder="e.g. The laptop it was on is lost"
        autoComplete="off"
        value={reason}
        error={reasonProblem}
        onChange={({ currentTarget: { value } }) => {
          setReason(value)
          setReasonProblem(null)
        }}
      />
      {mustType && (
        <ConfirmField name={label} last4={apiKey.last4} value={typed} onChange={setTyped} />
      )}
      <FormFailure failure={revoke.failure} />
    </AlertDialog>
  )
}

type RotateProps = { isUsed: boolean; disabled: boolean; onClick: () => void }

function RotateInstead({ isUsed, ...button }: RotateProps) {
  return (
    <Text size="sm">
      {isUsed ? 'Still in use somewhere?' : 'Do you need a new key in its place?'}{' '}
      <Anchor component="button" type="button" size="sm" {...button}>
        Rotate it instead
      </Anchor>
      {isUsed ? ' and both keys work while you change over.' : '.'}
    </Text>
  )
}
