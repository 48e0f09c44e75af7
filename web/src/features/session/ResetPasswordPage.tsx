import { Anchor, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { MIN_PASSWORD_LENGTH } from '@zentrix/shared/passwords.ts'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { actForNobody } from '../../api/acting-for.ts'
import { ApiFailure } from '../../api/http.ts'
import { focusFirst } from '../../lib/focus-first.ts'
import { passwordProblem } from '../../lib/secrets/password-problem.ts'
import { forgetLinkToken, linkToken } from '../../lib/secrets/link-token.ts'
import { paths } from '../../paths.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { EntryCard } from '../../ui/page/EntryCard.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { PasswordField } from '../../ui/fields/PasswordField.tsx'
import { useResetPassword } from './session.queries.ts'

/** Sets a new password, for someone with a one-time link, from a mail or an operator. */
export function ResetPasswordPage() {
  const [hasToken, setHasToken] = useState(() => linkToken(paths.resetPassword) !== null)
  if (hasToken) return <ResetForm onUnusable={() => setHasToken(false)} />
  return (
    <EntryCard
      title="This link no longer works"
      description="It was used already, or is more than an hour old. If you set a new password with it, sign in with that; otherwise have a new link sent, or ask the people who run this service."
    >
      <Text size="sm">
        <Anchor component={Link} to={paths.forgottenPassword} underline="always">
          Get a new link
        </Anchor>
        {' · '}
        <Anchor component={Link} to={paths.signIn} underline="always">
          Go to sign in
        </Anchor>
      </Text>
    </EntryCard>
  )
}

function ResetForm({ onUnusable }: { onUnusable: () => void }) {
  const reset = useResetPassword()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: passwordProblem },
  })

  function submit({ password }: { password: string }) {
    if (reset.isPending) return
    reset.run(password, {
      onDone: () => {
        forgetLinkToken()
        actForNobody()
        queryClient.clear() // the reset has ended the session that this was from
        void navigate(paths.signIn, { replace: true, state: { hasNewPassword: true } })
      },
      onRefused: (error) => {
        if (!isUnusable(error)) return
        forgetLinkToken()
        onUnusable()
      },
    })
  }

  return (
    <EntryCard
      title="Set a new password"
      description="You are then signed out everywhere, and sign in with it."
    >
      <form noValidate onSubmit={form.onSubmit(submit, focusFirst(form))}>
        <Stack gap="md">
          <FormFailure failure={reset.failure} />
          <PasswordField
            label="New password"
            description={`At least ${MIN_PASSWORD_LENGTH} characters`}
            autoComplete="new-password"
            autoFocus
            {...form.getInputProps('password')}
          />
          <BusyButton type="submit" fullWidth isBusy={reset.isPending}>
            Set password
          </BusyButton>
        </Stack>
      </form>
    </EntryCard>
  )
}

function isUnusable(error: Error): boolean {
  return error instanceof ApiFailure && error.code === 'INVALID_TOKEN'
}
