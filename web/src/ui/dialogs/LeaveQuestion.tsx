import { AlertDialog } from './AlertDialog.tsx'
import { useReturnFocus } from './use-return-focus.ts'

type Props = { what: 'key' | 'token' | 'secret'; onStay: () => void; onLeave: () => void }

/** Asks once before a secret that was not copied is lost. */
export function LeaveQuestion({ what, onStay, onLeave }: Props) {
  useReturnFocus(document.activeElement)
  return (
    <AlertDialog
      title={`Leave without copying the ${what}?`}
      cancelLabel="Stay and copy it"
      confirmLabel="Leave without it"
      onCancel={onStay}
      onConfirm={onLeave}
    >
      It cannot be shown again. Without a copy, all you can do is revoke it and generate another.
    </AlertDialog>
  )
}
