import { Text } from '@mantine/core'
import { sentenceOf } from '../../../api/http.ts'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import type { KeyDialogProps } from './key-dialog.ts'
import { KeyTraffic } from './KeyTraffic.tsx'
import { useUpdateKey } from '../keys.queries.ts'

export function DisableKeyDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const update = useUpdateKey(apiKey.id)
  useReturnFocus(returnTo, focusFallback)
  return (
    <AlertDialog
      title={`Disable ${apiKey.label}?`}
      cancelLabel="Cancel"
      confirmLabel="Disable key"
      isPending={update.isPending}
      onCancel={onClose}
      onConfirm={() =>
        update.mutate(
          { enabled: false },
          {
            onSuccess: () => {
              void notify({ title: 'Key disabled', message: apiKey.label })
              onClose()
            },
          },
        )
      }
    >
      <Text size="sm">Requests with this key fail with 401 until you enable it again.</Text>
      <KeyTraffic apiKey={apiKey} />
      {update.isError && (
        <FormError>The key was not disabled. {sentenceOf(update.error)}</FormError>
      )}
    </AlertDialog>
  )
}
