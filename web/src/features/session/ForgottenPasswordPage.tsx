import { Anchor, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { sentenceOf } from '../../api/http.ts'
import { focusFirst } from '../../lib/focus-first.ts'
import { looksLikeEmail } from '../../lib/looks-like-email.ts'
import { paths } from '../../paths.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormError } from '../../ui/fields/FormError.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { EntryCard } from '../../ui/page/EntryCard.tsx'
import { signInOptionsQuery, useAskForReset } from './session.queries.ts'

/** Has a link for a new password mailed, or says whom to ask for one. */
export function ForgottenPasswordPage() {
  const options = useQuery(signInOptionsQuery)
  const ask = useAskForReset()
  return (
    <EntryCard title={ask.isDone ? 'Look into your mail' : 'Forgot your password?'}>
      <Stack gap="md">
        {options.isPending && <Skeleton height={96} />}
        {options.isError && <FormError>{sentenceOf(options.error)}</FormError>}
        {options.data && !options.data.passwordResetByMail && (
          <Text size="sm">
            This service sends no mail. Ask the people who run it for a link: they make one with{' '}
            <code>user reset-password</code>, and it sets a new password once, within an hour.
          </Text>
        )}
        {options.data?.passwordResetByMail && (ask.isDone ? <Asked /> : <AskForm ask={ask} />)}
        <Text size="sm" ta="center">
          <Anchor component={Link} to={paths.signIn} underline="always">
            Back to sign in
          </Anchor>
        </Text>
      </Stack>
    </EntryCard>
  )
}

// The same whether or not there is such an account, as the API's answer is.
function Asked() {
  return (
    <Text size="sm" role="status">
      If there is an account with this address, a link is on its way. It sets a new password once,
      within an hour. If you sign in by single sign-on, there is no password here to set.
    </Text>
  )
}

function AskForm({ ask }: { ask: ReturnType<typeof useAskForReset> }) {
  const form = useForm({
    initialValues: { email: '' },
    validate: {
      email: (email) =>
        looksLikeEmail(email.trim()) ? null : 'Enter an email address, such as ada@example.com',
    },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ email }) => {
        if (!ask.isPending) ask.run(email.trim())
      }, focusFirst(form))}
    >
      <Stack gap="md">
        <FormFailure failure={ask.failure} />
        <TextInput
          label="Email"
          description="The address that you sign in with"
          type="email"
          autoComplete="username"
          autoFocus
          {...form.getInputProps('email')}
        />
        <BusyButton type="submit" fullWidth isBusy={ask.isPending}>
          Send a link
        </BusyButton>
      </Stack>
    </form>
  )
}
