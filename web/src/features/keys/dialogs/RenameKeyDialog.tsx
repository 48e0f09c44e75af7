import { Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Label } from '@zentrix/shared/schemas/keys.ts'
import { ApiFailure } from '../../../api/http.ts'
import { sentencesOf } from '../../../api/use-change.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import type { KeyDialogProps } from './key-dialog.ts'
import { useUpdateKey } from '../keys.queries.ts'

export function RenameKeyDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const update = useUpdateKey(apiKey.id, sentencesOf('The key was', 'renamed'))
  useReturnFocus(returnTo, focusFallback)
  const form = useForm({
    initialValues: { label: apiKey.label },
    validate: { label: (label) => Label.safeParse(label).error?.issues[0]?.message ?? null },
  })

  function rename({ label }: { label: string }) {
    if (update.isPending) return
    update.run(
      { label },
      {
        onDone: (key) => {
          void notify({ title: 'Key renamed', message: `It is now called ${key.label}.` })
          onClose()
        },
        onRefused: (error) => {
          const detail = error instanceof ApiFailure ? error.details[0] : undefined
          if (detail) form.setFieldError('label', detail.message)
        },
      },
    )
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title="Rename key"
      centered
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form noValidate onSubmit={form.onSubmit(rename)}>
        <Stack gap="md">
          {Object.keys(form.errors).length === 0 && <FormFailure failure={update.failure} />}
          <TextInput
            label="Label"
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('label')}
          />
          <FormButtons mt={0} submit="Save" isBusy={update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
