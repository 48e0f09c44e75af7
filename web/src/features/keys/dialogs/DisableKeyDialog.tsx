import { Text } from '@mantine/core'
import { sentencesOf } from '../../../api/use-change.ts'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import type { KeyDialogProps } from './key-dialog.ts'
import { KeyTraffic } from './KeyTraffic.tsx'
import { useUpdateKey } from '../keys.queries.ts'

export function DisableKeyDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const update = useUpdateKey(apiKey.id, sentencesOf('The key was', 'disabled'))
  useReturnFocus(returnTo, focusFallback)
  return (
    <AlertDialog
      title={`Disable ${apiKey.label}?`}
      cancelLabel="Cancel"
      confirmLabel="Disable key"
      isPending={update.isPending}
      onCancel={onClose}
      onConfirm={() =>
        update.run(
          { enabled: false },
          {
            onDone: () => {
              void notify({ title: 'Key disabled', message: apiKey.label })
              onClose()
            },
          },
        )
      }
    >
      <Text size="sm">Requests with this key fail with 401 until you enable it again.</Text>
      <KeyTraffic apiKey={apiKey} />
      <FormFailure failure={update.failure} />
    </AlertDialog>
  )
}
