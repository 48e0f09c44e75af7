import { Text } from '@mantine/core'
import { sentencesOf } from '../../../api/use-change.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { AlertDialog } from '../../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import type { KeyDialogProps } from './key-dialog.ts'
import { useKey } from '../key-details.queries.ts'
import { useRevokeKey } from '../keys.queries.ts'
import { LastUse } from '../../../ui/words/LastUse.tsx'
import { isQuiet } from '../rotation.ts'

/** Ends the old key of a rotation before its time. */
export function FinishRotationDialog({
  apiKey: shown,
  returnTo,
  focusFallback,
  onClose,
}: KeyDialogProps) {
  const apiKey = useKey(shown.id, false).data ?? shown
  const focusRef = useReturnFocus(returnTo, focusFallback)
  const revoke = useRevokeKey(apiKey.id, () => finish(), sentencesOf('The old key was', 'ended'))
  const quiet = isQuiet(apiKey, useNow())

  function finish() {
    focusRef.current = null // its button leaves the page
    void notify({
      title: 'Rotation finished',
      message: `Requests with the old key (${apiKey.masked}) now fail with 401.`,
    })
    onClose()
  }

  return (
    <AlertDialog
      title="Finish the rotation now?"
      cancelLabel="Cancel"
      confirmLabel="End the old key"
      isDangerous={!quiet}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={() => revoke.run({})}
    >
      <Text size="sm">
        The old key <LastUse of={apiKey} />{' '}
        {quiet
          ? 'Nothing seems to use it any more.'
          : 'Something still uses it: those requests will fail with 401 from now on.'}
      </Text>
      <Text size="sm" c="dimmed">
        There is no undo.
      </Text>
      <FormFailure failure={revoke.failure} />
    </AlertDialog>
  )
}
