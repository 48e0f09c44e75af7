import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { environments } from '@zentrix/shared/keys.ts'
import { useState } from 'react'
import { ApiFailure, sentenceOf } from '../../api/http.ts'
import { formatDay } from '../../lib/times.ts'
import { useNow } from '../../lib/use-now.ts'
import { BusyButton } from '../../ui/BusyButton.tsx'
import { FormError } from '../../ui/FormError.tsx'
import {
  emptyIssueForm,
  expiryOf,
  limitFields,
  toIssueFormErrors,
  validateIssueForm,
  type Expiry,
  type IssueForm,
} from './issue-form.ts'
import { KeyLimits } from './KeyLimits.tsx'
import type { IssueAttempt } from './keys.queries.ts'
import { environmentNames } from './list-filter.ts'

const expiries: { value: Expiry; label: string }[] = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: 'date', label: 'On a date' },
]

type Props = {
  isPending: boolean
  onSubmit: (form: IssueForm) => Promise<IssueFailure | null>
  onCancel: () => void
}

export type IssueFailure = { error: Error; attempt: IssueAttempt }

export function IssueKeyForm({ isPending, onSubmit, onCancel }: Props) {
  const [hasLimits, setHasLimits] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const form = useForm<IssueForm>({ initialValues: emptyIssueForm, validate: validateIssueForm })
  const expiresAt = expiryOf(form.values, useNow())

  function showErrors(errors: ReturnType<typeof form.validate>['errors']) {
    const [first] = Object.keys(errors)
    if (limitFields.some((field) => errors[field])) setHasLimits(true)
    if (first) setTimeout(() => form.getInputNode(first)?.focus())
  }

  async function submit(values: IssueForm) {
    setFailure(null)
    const failed = await onSubmit(values)
    if (!failed) return
    const details = failed.error instanceof ApiFailure ? failed.error.details : []
    const errors = toIssueFormErrors(details, failed.attempt.input)
    form.setErrors(errors)
    showErrors(errors)
    if (Object.keys(errors).length === 0) setFailure(failureSentence(failed.error))
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, showErrors)}>
      <Stack gap="md">
        {failure && <FormError>{failure}</FormError>}
        <TextInput
          label="Label"
          placeholder="Where will this key live? e.g. Production server"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('label')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <NativeSelect
            label="Environment"
            data={environments.toReversed().map((value) => ({
              value,
              label: environmentNames[value],
            }))}
            {...form.getInputProps('environment')}
          />
          <NativeSelect
            label="Expires"
            data={expiries}
            {...form.getInputProps('expiry')}
            description={
              expiresAt && form.values.expiry !== 'date' ? `On ${formatDay(expiresAt)}` : undefined
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        </SimpleGrid>
        {form.values.expiry === 'date' && (
          <TextInput
            type="date"
            label="Expiry date"
            description="The key works until the end of this day, in your time zone."
            min={today()}
            {...form.getInputProps('expiryDate')}
          />
        )}
        <KeyLimits form={form} isOpen={hasLimits} onToggle={() => setHasLimits(!hasLimits)} />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onCancel} disabled={isPending}>
            Cancel
          </Button>
          <BusyButton type="submit" isBusy={isPending}>
            Generate key
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
    (isOutage ? ' Trying again within 10 minutes never makes a second key.' : '')
  )
}

function today(): string {
  const now = new Date()
  now.setMinutes(now.getMinutes() - now.getTimezoneOffset())
  return now.toISOString().slice(0, 10)
}
