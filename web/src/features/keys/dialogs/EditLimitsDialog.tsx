import { Modal, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiFailure } from '../../../api/http.ts'
import { usePolicy } from '../../../api/policy.queries.ts'
import { sentencesOf } from '../../../api/use-change.ts'
import { focusFirst } from '../../../lib/focus-first.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import {
  toLimitsChange,
  toLimitsForm,
  toLimitsFormErrors,
  validateLimits,
} from '../limits/edit-limits-form.ts'
import { ExpiryFields } from '../limits/ExpiryFields.tsx'
import type { KeyDialogProps } from './key-dialog.ts'
import { LimitFields } from '../limits/LimitFields.tsx'
import { latestOffered, offeredExpiries, type LimitsForm } from '../limits/limits-form.ts'
import { useUpdateKey } from '../keys.queries.ts'

export function EditLimitsDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const update = useUpdateKey(apiKey.id, sentencesOf('The limits were', 'changed'))
  const nowMs = useNow()
  useReturnFocus(returnTo, focusFallback)
  const policy = usePolicy()
  const latest = latestOffered(policy, Date.parse(apiKey.createdAt))
  const kept = toLimitsForm(apiKey).expiry
  const offered = [...new Set([...offeredExpiries(policy, latest, kept === 'never', nowMs), kept])]
  const form = useForm<LimitsForm>({
    initialValues: toLimitsForm(apiKey),
    validate: (values) => validateLimits(values, apiKey, policy),
  })

  function save(values: LimitsForm) {
    if (update.isPending) return
    const change = toLimitsChange(values, apiKey, nowMs, latest)
    if (Object.keys(change).length === 0) return onClose()
    update.run(change, {
      onDone: (key) => {
        void notify({ title: 'Limits changed', message: `${key.label}: from the next request on.` })
        onClose()
      },
      onRefused: (error) => {
        const details = error instanceof ApiFailure ? error.details : []
        const errors = toLimitsFormErrors(details, change)
        form.setErrors(errors)
        focusFirst(form)(errors)
      },
    })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title="Edit limits"
      size={520}
      yOffset="6dvh"
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form noValidate onSubmit={form.onSubmit(save, focusFirst(form))}>
        <Stack gap="md">
          {Object.keys(form.errors).length === 0 && <FormFailure failure={update.failure} />}
          <ExpiryFields
            values={form.values}
            inputProps={form.getInputProps}
            policy={policy}
            offered={offered}
            latest={latest}
          />
          <LimitFields
            values={form.values}
            inputProps={form.getInputProps}
            policy={policy}
            onScopes={(scopes) => form.setFieldValue('scopes', scopes)}
          />
          <FormButtons submit="Save" isBusy={update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
