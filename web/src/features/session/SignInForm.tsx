import { Anchor, Divider, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { SignInOptions } from '@zentrix/shared/schemas/people/sessions.ts'
import { Link, useLocation } from 'react-router'
import { focusFirst } from '../../lib/focus-first.ts'
import { paths } from '../../paths.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormError } from '../../ui/fields/FormError.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { PasswordField } from '../../ui/fields/PasswordField.tsx'
import { useSignIn, useSingleSignOn } from './session.queries.ts'

type Props = {
  options: SignInOptions
  onCodeNeeded: () => void
}

export function SignInForm({ options, onCodeNeeded }: Props) {
  const { search } = useLocation()
  const signIn = useSignIn(onCodeNeeded)
  const singleSignOn = useSingleSignOn()
  // After a refusal the provider sends the person back with an error in the address.
  const hasSingleSignOnFailed = new URLSearchParams(search).has('error')
  const failure = signIn.failure ?? singleSignOn.failure
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.trim() === '' ? 'Enter your email address' : null),
      password: (password) => (password === '' ? 'Enter your password' : null),
    },
  })
  return (
    <>
      <form
        noValidate
        onSubmit={form.onSubmit(({ email, password }) => {
          if (!signIn.isPending) signIn.run({ email: email.trim(), password })
        }, focusFirst(form))}
      >
        <Stack gap="md">
          <FormFailure failure={failure} />
          {!failure && hasSingleSignOnFailed && (
            <FormError>
              Single sign-on did not let you in. Ask an owner of your organization for an
              invitation.
            </FormError>
          )}
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps('email')}
          />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          <BusyButton type="submit" fullWidth isBusy={signIn.isPending}>
            Sign in
          </BusyButton>
          <Text size="sm" ta="center">
            <Anchor component={Link} to={paths.forgottenPassword} underline="always">
              Forgot your password?
            </Anchor>
          </Text>
        </Stack>
      </form>
      {options.singleSignOn && (
        <>
          <Divider my="md" label="or" />
          <SingleSignOnButton {...singleSignOn} />
        </>
      )}
      {options.signUp && (
        <Text size="sm" c="dimmed" ta="center" mt="md">
          New here?{' '}
          <Anchor component={Link} to={{ pathname: paths.signUp, search }} underline="always">
            Create an account
          </Anchor>
        </Text>
      )}
    </>
  )
}

type SingleSignOn = ReturnType<typeof useSingleSignOn>

/** Stays busy after it succeeded, while the browser leaves for the provider. */
function SingleSignOnButton({ run, isPending, isDone }: SingleSignOn) {
  return (
    <BusyButton variant="default" fullWidth onClick={() => run()} isBusy={isPending || isDone}>
      Continue with single sign-on
    </BusyButton>
  )
}
