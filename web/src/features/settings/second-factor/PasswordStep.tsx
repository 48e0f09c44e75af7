import { Button, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../../api/http.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'
import { PasswordField } from '../../../ui/fields/PasswordField.tsx'
import { isWrongPassword } from '../../../api/wrong-input.ts'

type Props = {
  confirmLabel: string
  isDangerous?: boolean
  isPending: boolean
  error: Error | null
  /** Rejects with the error of the request. */
  onConfirm: (password: string) => Promise<void>
  onCancel: () => void
  children: ReactNode
}

/** Asks for the password again, so that an open laptop is not enough to change the second factor. */
export function PasswordStep({
  confirmLabel,
  isDangerous = false,
  isPending,
  error,
  onConfirm,
  onCancel,
  children,
}: Props) {
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (password) => (password === '' ? 'Enter your password' : null) },
  })

  async function confirm({ password }: { password: string }) {
    if (isPending) return
    try {
      await onConfirm(password)
    } catch (failure) {
      if (!isWrongPassword(failure as Error)) return
      form.setFieldError('password', 'This is not your password')
      form.getInputNode('password')?.focus()
    }
  }

  return (
    <form noValidate onSubmit={form.onSubmit(confirm, focusFirst(form))}>
      <Stack gap="md" fz="sm">
        {error && !isWrongPassword(error) && <FormError>{sentenceOf(error)}</FormError>}
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
          <BusyButton type="submit" isBusy={isPending} {...(isDangerous ? { color: 'red' } : {})}>
            {confirmLabel}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
