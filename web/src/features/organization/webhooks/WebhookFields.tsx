import { Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { ApiFailure } from '../../../api/http.ts'
import type { ChangeFailure } from '../../../api/use-change.ts'
import { actionGroups, actionNames } from '../../../lib/audit/describe-event.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { validateWebhookForm, type WebhookForm } from './webhook-form.ts'
import classes from './Webhooks.module.css'

type Props = {
  initialValues: WebhookForm
  submit: string
  isPending: boolean
  failure: ChangeFailure | null
  /** The last refusal, whose details stand at their fields. */
  error: Error | null
  onSubmit: (form: WebhookForm) => void
  onCancel: () => void
}

/** The settings of a webhook, for a new one as for a change. */
export function WebhookFields(props: Props) {
  const { initialValues, submit, isPending, failure, error, onSubmit, onCancel } = props
  const form = useForm<WebhookForm>({ initialValues, validate: validateWebhookForm })
  const refused = fieldErrors(error, form.values)
  const [shown, setShown] = useState<Error | null>(null)
  if (error !== shown) {
    setShown(error)
    form.setErrors(refused)
  }

  return (
    <form noValidate onSubmit={form.onSubmit(onSubmit, focusFirst(form))}>
      <Stack gap="md">
        {Object.keys(refused).length === 0 && <FormFailure failure={failure} />}
        <TextInput
          label="URL"
          type="url"
          placeholder="https://example.com/webhooks"
          description="Messages are posted here. It must be https."
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('url')}
        />
        <TextInput
          label="Description"
          placeholder="What happens there? e.g. Ends running calls"
          autoComplete="off"
          {...form.getInputProps('description')}
        />
        <Radio.Group label="Events" {...form.getInputProps('which')}>
          <Stack gap={8} mt={6}>
            <Radio value="some" label="Only some" />
            <Radio value="all" label="All, also kinds that are new in later versions" />
          </Stack>
        </Radio.Group>
        {form.values.which === 'some' && (
          <Checkbox.Group
            aria-label="Which events"
            value={form.values.events}
            onChange={(events) => form.setFieldValue('events', events)}
            error={form.errors['events']}
          >
            <div className={classes.choices}>
              {actionGroups().map(({ group, actions }) => (
                <fieldset key={group} className={classes.group}>
                  <Text component="legend" size="sm" fw={600}>
                    {group}
                  </Text>
                  {actions.map((action) => (
                    <Checkbox key={action} size="xs" value={action} label={actionNames[action]} />
                  ))}
                </fieldset>
              ))}
            </div>
          </Checkbox.Group>
        )}
        <FormButtons
          submit={submit}
          isBusy={isPending}
          canCancel={!isPending}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  )
}

function fieldErrors(error: Error | null, values: WebhookForm): Record<string, string> {
  const details = error instanceof ApiFailure ? error.details : []
  return Object.fromEntries(
    details
      .map(({ path, message }) => [path.split('.')[0] ?? '', message] as const)
      .filter(([field]) => field in values),
  )
}
