import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { IssueKeyInput } from '@zentrix/shared/schemas/keys.ts'
import { useState } from 'react'
import { ApiFailure } from '../../../api/http.ts'
import { usePolicy } from '../../../api/policy.queries.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { findDraft, useKeepDraft } from '../../../api/use-draft.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { latestOffered, offeredExpiries, withOfferedExpiry } from '../limits/limits-form.ts'
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
  const policy = usePolicy()
  const nowMs = useNow()
  const latest = latestOffered(policy, nowMs)
  const offered = offeredExpiries(policy, latest, false, nowMs)
  const form = useForm<IssueForm>({
    initialValues: { ...emptyIssueForm, ...draft },
    validate: (values) => validateIssueForm(withOfferedExpiry(values, offered), policy),
  })
  const values = withOfferedExpiry(form.values, offered)
  const isRestricted =
    values.environment === 'production' && (policy.requireAllowedIps || policy.requireScopes)
  useKeepDraft('generate', form.values)

  function showErrors(errors: ReturnType<typeof form.validate>['errors']) {
    if (limitFields.some((field) => errors[field])) setHasLimits(true)
    focusFirst(form)(errors)
  }

  async function submit(typed: IssueForm) {
    const failed = await onSubmit(withOfferedExpiry(typed, offered))
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
        <ExpiryFields
          values={values}
          inputProps={form.getInputProps}
          policy={policy}
          offered={offered}
          latest={latest}
        />
        <KeyLimits
          values={values}
          inputProps={form.getInputProps}
          policy={policy}
          onScopes={(scopes) => form.setFieldValue('scopes', scopes)}
          isOpen={hasLimits || isRestricted}
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
