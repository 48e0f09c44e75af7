import { Modal, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiFailure } from '../../../api/http.ts'
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
import type { LimitsForm } from '../limits/limits-form.ts'
import { useUpdateKey } from '../keys.queries.ts'

export function EditLimitsDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const update = useUpdateKey(apiKey.id, sentencesOf('The limits were', 'changed'))
  const nowMs = useNow()
  useReturnFocus(returnTo, focusFallback)
  const form = useForm<LimitsForm>({
    initialValues: toLimitsForm(apiKey),
    validate: (values) => validateLimits(values, apiKey),
  })

  function save(values: LimitsForm) {
    if (update.isPending) return
    const change = toLimitsChange(values, apiKey, nowMs)
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
          <ExpiryFields values={form.values} inputProps={form.getInputProps} />
          <LimitFields values={form.values} inputProps={form.getInputProps} />
          <FormButtons submit="Save" isBusy={update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
