import { Checkbox, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { MIN_PASSWORD_LENGTH } from '@zentrix/shared/passwords.ts'
import { focusFirst } from '../../lib/focus-first.ts'
import { passwordProblem } from '../../lib/secrets/password-problem.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { notify } from '../../ui/feedback/notify.ts'
import { PasswordField } from '../../ui/fields/PasswordField.tsx'
import { Section } from '../../ui/page/Section.tsx'
import { isOnlyWrongPassword, isWrongPassword } from '../../api/wrong-input.ts'
import { useChangePassword, type PasswordChange } from './profile.queries.ts'

const empty: PasswordChange = { currentPassword: '', newPassword: '', revokeOtherSessions: true }

export function PasswordForm({ email }: { email: string }) {
  const change = useChangePassword()
  const form = useForm({
    initialValues: empty,
    validate: {
      currentPassword: (password) => (password === '' ? 'Enter your current password' : null),
      newPassword: passwordProblem,
    },
  })

  function save(values: PasswordChange) {
    if (change.isPending) return
    change.run(values, {
      onDone: () => {
        form.reset()
        void notify({
          title: 'Password changed',
          message: values.revokeOtherSessions
            ? 'Every other device was signed out.'
            : 'Other devices stay signed in.',
        })
      },
      onRefused: (error) => {
        if (!isWrongPassword(error)) return
        form.setFieldError('currentPassword', 'This is not your current password')
        form.getInputNode('currentPassword')?.focus()
      },
    })
  }

  return (
    <Section title="Password" isSplit>
      <form noValidate onSubmit={form.onSubmit(save, focusFirst(form))}>
        <Stack gap="md" maw={420}>
          {!isOnlyWrongPassword(change) && <FormFailure failure={change.failure} />}
          {/* Password managers need the name of the account. */}
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            {...form.getInputProps('currentPassword')}
          />
          <PasswordField
            label="New password"
            description={`At least ${MIN_PASSWORD_LENGTH} characters`}
            autoComplete="new-password"
            {...form.getInputProps('newPassword')}
          />
          <Checkbox
            label="Sign out all other devices"
            {...form.getInputProps('revokeOtherSessions', { type: 'checkbox' })}
          />
          <BusyButton
            type="submit"
            variant="default"
            isBusy={change.isPending}
            style={{ alignSelf: 'flex-start' }}
          >
            Change password
          </BusyButton>
        </Stack>
      </form>
    </Section>
  )
}
