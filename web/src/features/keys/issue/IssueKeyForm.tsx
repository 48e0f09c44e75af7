import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'
import { ExpiryFields } from '../limits/ExpiryFields.tsx'
import {
  emptyIssueForm,
  limitFields,
  toIssueFormErrors,
  validateIssueForm,
  type IssueForm,
} from './issue-form.ts'
import { KeyLimits } from '../limits/KeyLimits.tsx'
import type { IssueAttempt } from '../keys.queries.ts'

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
          description="Where will this key live?"
          placeholder="e.g. Production server"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('label')}
        />
        <ExpiryFields values={form.values} inputProps={form.getInputProps} />
        <KeyLimits
          values={form.values}
          inputProps={form.getInputProps}
          isOpen={hasLimits}
          onToggle={() => setHasLimits(!hasLimits)}
        />
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
