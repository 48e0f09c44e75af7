import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { organizationScopes, type OrganizationScope } from '@zentrix/shared/scopes.ts'
import { useState } from 'react'
import { ApiFailure, issueSentenceOf } from '../../../api/http.ts'
import { findDraft, useKeepDraft } from '../../../api/use-draft.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'
import { emptyTokenForm, tokenLifetimes, validateTokenForm, type TokenForm } from './token-form.ts'
import { scopeMeanings } from './token-scopes.ts'

type Props = {
  isPending: boolean
  onSubmit: (form: TokenForm) => Promise<Error | null>
  onCancel: () => void
}

export function NewServiceTokenForm({ isPending, onSubmit, onCancel }: Props) {
  const [failure, setFailure] = useState<string | null>(null)
  const [draft] = useState(() => findDraft<TokenForm>('service-token'))
  const form = useForm<TokenForm>({
    initialValues: { ...emptyTokenForm, ...draft },
    validate: validateTokenForm,
  })
  useKeepDraft('service-token', form.values)

  async function submit(values: TokenForm) {
    setFailure(null)
    const error = await onSubmit(values)
    if (!error) return
    const details = error instanceof ApiFailure ? error.details : []
    const errors = Object.fromEntries(
      details
        .map(({ path, message }) => [path.split('.')[0]!, message] as const)
        .filter(([field]) => field in values),
    )
    form.setErrors(errors)
    focusFirst(form)(errors)
    if (Object.keys(errors).length === 0) setFailure(issueSentenceOf(error, 'token'))
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, focusFirst(form))}>
      <Stack gap="md">
        {failure && <FormError>{failure}</FormError>}
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
