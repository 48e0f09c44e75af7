import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { MIN_PASSWORD_LENGTH } from '@zentrix/shared/passwords.ts'
import { focusFirst } from '../../lib/focus-first.ts'
import { looksLikeEmail } from '../../lib/looks-like-email.ts'
import { passwordProblem } from '../../lib/secrets/password-problem.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { PasswordField } from '../../ui/fields/PasswordField.tsx'
import { useSignUp } from './session.queries.ts'

type Props = {
  needsSetupCode: boolean
  /** The invitation that allows the account; it fixes the address. */
  invitation?: { email: string; token: string }
}

/** Makes the first account, an invited one, or any account where sign-up is open. */
export function AccountForm({ needsSetupCode, invitation }: Props) {
  const signUp = useSignUp()
  const form = useForm({
    initialValues: { name: '', email: invitation?.email ?? '', password: '', setupCode: '' },
    validateInputOnBlur: ['email'],
    validate: {
      name: (name) => (name.trim() === '' ? 'Enter your name' : null),
      email: (email) =>
        looksLikeEmail(email.trim()) ? null : 'Enter an email address, such as ada@example.com',
      password: passwordProblem,
      setupCode: (code) =>
        needsSetupCode && code.trim() === '' ? 'Enter the code that the service printed' : null,
    },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ name, email, password, setupCode }) => {
        if (signUp.isPending || signUp.isDone) return
        signUp.run({
          name: name.trim(),
          email: email.trim(),
          password,
          ...(needsSetupCode ? { setupCode: setupCode.trim() } : {}),
          ...(invitation ? { invitationId: invitation.token } : {}),
        })
      }, focusFirst(form))}
    >
      <Stack gap="md">
        <FormFailure failure={signUp.failure} />
        <TextInput
          label="Your name"
          autoComplete="name"
          autoFocus
          maxLength={100}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          {...(invitation ? { readOnly: true, variant: 'filled' } : {})}
          {...form.getInputProps('email')}
        />
        <PasswordField
          label="Password"
          description={`At least ${MIN_PASSWORD_LENGTH} characters`}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        {needsSetupCode && (
          <TextInput
            label="Setup code"
            description="The service printed it when it started, so that only its operator can be first."
            autoComplete="off"
            {...form.getInputProps('setupCode')}
          />
        )}
        <BusyButton type="submit" fullWidth isBusy={signUp.isPending || signUp.isDone}>
          Create account
        </BusyButton>
      </Stack>
    </form>
  )
}
