import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { organizationScopes, type OrganizationScope } from '@zentrix/shared/service-tokens.ts'
import { useState } from 'react'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
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
  const form = useForm<TokenForm>({ initialValues: emptyTokenForm, validate: validateTokenForm })

  function focusFirst(errors: typeof form.errors) {
    const [first] = Object.keys(errors)
    if (first) setTimeout(() => form.getInputNode(first)?.focus())
  }

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
    focusFirst(errors)
    if (Object.keys(errors).length === 0) setFailure(failureSentence(error))
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, focusFirst)}>
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
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onCancel} disabled={isPending}>
            Cancel
          </Button>
          <BusyButton type="submit" isBusy={isPending}>
            Make token
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}

function failureSentence(error: Error): string {
  const isOutage = error instanceof ApiFailure && (error.status === 0 || error.status >= 500)
  return (
    sentenceOf(error) +
    (isOutage ? ' Trying again within 10 minutes never makes a second token.' : '')
  )
}
