import { Button, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import type { Change } from '../../../api/use-change.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { PasswordField } from '../../../ui/fields/PasswordField.tsx'
import { isOnlyWrongPassword, isWrongPassword } from '../../../api/wrong-input.ts'

type Props = {
  confirmLabel: string
  isDangerous?: boolean
  change: Pick<Change<string>, 'isPending' | 'error' | 'isUnknown' | 'failure'>
  /** Rejects with the error of the request. */
  onConfirm: (password: string) => Promise<unknown>
  onCancel: () => void
  children: ReactNode
}

/** Asks for the password again, so that an open laptop is not enough to change the second factor. */
export function PasswordStep({
  confirmLabel,
  isDangerous = false,
  change,
  onConfirm,
  onCancel,
  children,
}: Props) {
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (password) => (password === '' ? 'Enter your password' : null) },
  })

  async function confirm({ password }: { password: string }) {
    if (change.isPending) return
    try {
      await onConfirm(password)
    } catch (failure) {
      if (!isWrongPassword(failure)) return
      form.setFieldError('password', 'This is not your password')
      form.getInputNode('password')?.focus()
    }
  }

  return (
    <form noValidate onSubmit={form.onSubmit(confirm, focusFirst(form))}>
      <Stack gap="md" fz="sm">
        {!isOnlyWrongPassword(change) && <FormFailure failure={change.failure} />}
        <div>{children}</div>
        <PasswordField
          label="Your password"
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps('password')}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <BusyButton
            type="submit"
            isBusy={change.isPending}
            {...(isDangerous ? { color: 'red' } : {})}
          >
            {confirmLabel}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
