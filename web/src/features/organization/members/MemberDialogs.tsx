import { ChangeRoleDialog } from './ChangeRoleDialog.tsx'
import type { MemberDialog, MemberDialogProps } from './member-dialog.ts'
import { RemoveMemberDialog } from './RemoveMemberDialog.tsx'

type Props = Pick<MemberDialogProps, 'focusFallback' | 'onClose'> & { dialog: MemberDialog }

/** The dialogs that a member's row opens. */
export function MemberDialogs({ dialog, ...props }: Props) {
  if (dialog.kind === 'none') return null
  const { kind, ...about } = dialog
  const Dialog = kind === 'role' ? ChangeRoleDialog : RemoveMemberDialog
  return <Dialog {...about} {...props} />
}
