import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { useState } from 'react'
import { ApiFailure } from '../../../api/http.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { findDraft, useKeepDraft } from '../../../api/use-draft.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { ExpiryFields } from '../limits/ExpiryFields.tsx'
import {
  emptyIssueForm,
  limitFields,
  toIssueFormErrors,
  validateIssueForm,
  type IssueForm,
} from './issue-form.ts'
import { KeyLimits } from '../limits/KeyLimits.tsx'

type Props = {
  isPending: boolean
  failure: ChangeFailure | null
  onSubmit: (form: IssueForm) => Promise<IssueFailure | null>
  onCancel: () => void
}

export type IssueFailure = { error: Error; input: IssueKeyInput }

export function IssueKeyForm({ isPending, failure, onSubmit, onCancel }: Props) {
  const [draft] = useState(() => findDraft<IssueForm>('generate'))
  const [hasLimits, setHasLimits] = useState(limitFields.some((field) => draft?.[field]))
  const form = useForm<IssueForm>({
    initialValues: { ...emptyIssueForm, ...draft },
    validate: validateIssueForm,
  })
  useKeepDraft('generate', form.values)

  function showErrors(errors: ReturnType<typeof form.validate>['errors']) {
    if (limitFields.some((field) => errors[field])) setHasLimits(true)
    focusFirst(form)(errors)
  }

  async function submit(values: IssueForm) {
    const failed = await onSubmit(values)
    if (!failed) return
    const details = failed.error instanceof ApiFailure ? failed.error.details : []
    const errors = toIssueFormErrors(details, failed.input)
    form.setErrors(errors)
    showErrors(errors)
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, showErrors)}>
      <Stack gap="md">
        {Object.keys(form.errors).length === 0 && <FormFailure failure={failure} />}
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
        <FormButtons
          submit="Generate key"
          isBusy={isPending}
          canCancel={!isPending}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  )
}
