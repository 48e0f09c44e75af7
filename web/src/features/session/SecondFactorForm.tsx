import { Anchor, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { ApiFailure } from '../../api/http.ts'
import { isOnlyWrongCode, isWrongCode } from '../../api/wrong-input.ts'
import { focusFirst } from '../../lib/focus-first.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { CodeField } from '../../ui/fields/CodeField.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { useEnterCode, type CodeKind } from './session.queries.ts'

const fields: Record<CodeKind, { label: string; description: string; other: string }> = {
  totp: {
    label: 'Code from your app',
    description: 'Six digits, new every 30 seconds',
    other: 'Use a backup code instead',
  },
  'backup-code': {
    label: 'Backup code',
    description: 'One of those you saved; each works once',
    other: 'Use the app instead',
  },
}

type Props = {
  /** Asks for the password again; the sentence says why. */
  onStartOver: (sentence: string | null) => void
}

/** The second step of signing in, for people who turned it on. */
export function SecondFactorForm({ onStartOver }: Props) {
  const [kind, setKind] = useState<CodeKind>('totp')
  const enterCode = useEnterCode()
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (code) => (code.trim() === '' ? 'Enter the code' : null) },
  })
  const { label, description, other } = fields[kind]

  function submit({ code }: { code: string }) {
    if (enterCode.isPending) return
    enterCode.run(
      { kind, code },
      {
        onRefused: (error) => {
          if (isWrongCode(error)) {
            form.setFieldError('code', 'This code is not correct, or was used before')
            form.getInputNode('code')?.focus()
          } else if (isOver(error))
            onStartOver('Sign in again: that took too long, or too many codes were wrong.')
        },
      },
    )
  }

  function switchKind() {
    setKind(kind === 'totp' ? 'backup-code' : 'totp')
    form.reset()
    enterCode.forget()
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, focusFirst(form))}>
      <Stack gap="md">
        {!isOnlyWrongCode(enterCode) && <FormFailure failure={enterCode.failure} />}
        <CodeField
          key={kind}
          label={label}
          description={description}
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          autoFocus
          {...form.getInputProps('code')}
        />
        <BusyButton type="submit" fullWidth isBusy={enterCode.isPending}>
          Sign in
        </BusyButton>
        <Stack gap={6} align="center">
          <LinkButton onClick={switchKind}>{other}</LinkButton>
          <LinkButton onClick={() => onStartOver(null)}>Start over</LinkButton>
        </Stack>
        <Text size="xs" c="dimmed" ta="center">
          Lost both? Whoever runs this service can turn the second step off for you.
        </Text>
      </Stack>
    </form>
  )
}

function LinkButton({ children, onClick }: { children: string; onClick: () => void }) {
  return (
    <Anchor component="button" type="button" size="sm" underline="always" onClick={onClick}>
      {children}
    </Anchor>
  )
}

// After ten minutes or five wrong codes the password has to be entered again.
function isOver(error: Error): boolean {
  return (
    error instanceof ApiFailure &&
    ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'].includes(error.code)
  )
}
