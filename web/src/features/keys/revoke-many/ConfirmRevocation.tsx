import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'

type Props = {
  /** The keys that are chosen; their number must be typed. */
  count: number
  failure: ChangeFailure | null
  isPending: boolean
  typed: string
  onType: (typed: string) => void
  /** @param reason null where none was given */
  onConfirm: (reason: string | null) => void
  onLookAgain: () => void
}

/** Asks for a reason and for the number of the chosen keys before they are revoked. */
export function ConfirmRevocation({ count, typed, onType, onConfirm, ...props }: Props) {
  const { failure, isPending, onLookAgain } = props
  const [reason, setReason] = useState('')
  const number = count.toLocaleString('en')
  const what = count === 1 ? '1 key' : `${number} keys`
  const canConfirm = count > 0 && typed.replaceAll(/[\s,.]/g, '') === `${count}`
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (canConfirm && !isPending) onConfirm(reason.trim() || null)
      }}
    >
      <Stack gap="md" maw={460}>
        <TextInput
          label="Reason (optional)"
          description="It stands in the audit log, with each of the keys."
          placeholder="e.g. The build server was broken into"
          maxLength={500}
          autoComplete="off"
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        <TextInput
          label={
            <>
              Type <strong>{number}</strong> to confirm
            </>
          }
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget: { value } }) => onType(value)}
        />
        <FormFailure failure={failure} />
        {isPending && (
          <Text size="sm" role="status">
            Revoking {what} …
          </Text>
        )}
        <Group gap="sm">
          <BusyButton type="submit" color="red" disabled={!canConfirm} isBusy={isPending}>
            {`Revoke ${what}`}
          </BusyButton>
          <Button variant="default" disabled={isPending} onClick={onLookAgain}>
            Look again
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
