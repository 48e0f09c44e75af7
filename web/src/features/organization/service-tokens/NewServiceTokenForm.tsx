import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { organizationScopes, type OrganizationScope } from '@zentrix/shared/scopes.ts'
import { useState } from 'react'
import { ApiFailure } from '../../../api/http.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { findDraft, useKeepDraft } from '../../../api/use-draft.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { emptyTokenForm, tokenLifetimes, validateTokenForm, type TokenForm } from './token-form.ts'
import { scopeMeanings } from './token-scopes.ts'

type Props = {
  isPending: boolean
  failure: ChangeFailure | null
  onSubmit: (form: TokenForm) => Promise<Error | null>
  onCancel: () => void
}

export function NewServiceTokenForm({ isPending, failure, onSubmit, onCancel }: Props) {
  const [draft] = useState(() => findDraft<TokenForm>('service-token'))
  const form = useForm<TokenForm>({
    initialValues: { ...emptyTokenForm, ...draft },
    validate: validateTokenForm,
  })
  useKeepDraft('service-token', form.values)

  async function submit(values: TokenForm) {
    const error = await onSubmit(values)
    if (!error) return
    const details = error instanceof ApiFailure ? error.details : []
    const errors = Object.fromEntries(
      details
        .map(({ path, message }) => {
          const [field = ''] = path.split('.')
          return [field, message] as const
        })
        .filter(([field]) => field in values),
    )
    form.setErrors(errors)
    focusFirst(form)(errors)
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, focusFirst(form))}>
      <Stack gap="md">
        {Object.keys(form.errors).length === 0 && <FormFailure failure={failure} />}
        <TextInput
          label="Name"
          placeholder="Which service is it for? e.g. API gateway"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Checkbox.Group
          label="It may"
          value={form.values.scopes}
          onChange={(scopes) => form.setFieldValue('scopes', scopes as OrganizationScope[])}
          error={form.errors['scopes']}
        >
          <Stack gap={10} mt={8} mb={form.errors['scopes'] ? 6 : 0}>
            {organizationScopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={scopeMeanings[scope].name}
                description={scopeMeanings[scope].means}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <NativeSelect label="Expires" data={tokenLifetimes} {...form.getInputProps('lifetime')} />
        <FormButtons
          submit="Generate token"
          isBusy={isPending}
          canCancel={!isPending}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  )
}
