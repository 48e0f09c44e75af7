import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Role } from '@zentrix/shared/scopes.ts'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { looksLikeEmail } from '../../../lib/looks-like-email.ts'
import { rolesToGive } from '../../../lib/roles.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import type { InviteInput } from '../organization.queries.ts'
import { RolePicker } from '../RolePicker.tsx'

type Props = {
  by: Role
  failure: ChangeFailure | null
  isPending: boolean
  onSubmit: (input: InviteInput) => void
  onCancel: () => void
}

export function InviteForm({ by, failure, isPending, onSubmit, onCancel }: Props) {
  const form = useForm<InviteInput>({
    initialValues: { email: '', role: 'member' },
    validate: {
      email: (email) =>
        looksLikeEmail(email.trim()) ? null : 'Enter an email address, such as ada@example.com',
    },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ email, role }) => onSubmit({ email: email.trim(), role }))}
    >
      <Stack gap="md">
        <FormFailure failure={failure} />
        <TextInput
          label="Email"
          type="email"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <RolePicker
          choices={rolesToGive(by)}
          value={form.values.role}
          onChange={(role) => form.setFieldValue('role', role)}
        />
        <FormButtons
          submit="Invite"
          isBusy={isPending}
          canCancel={!isPending}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  )
}

/** Why nobody was invited. */
export function inviteSentence(error: Error): string {
  if (error instanceof ApiFailure && error.code === 'INVALID_EMAIL')
    return 'This is not an email address that can be invited.'
  return `Nobody was invited. ${sentenceOf(error)}`
}
