import type { RefObject } from 'react'
import { ChangeRoleDialog } from './ChangeRoleDialog.tsx'
import type { Member } from '../organization.queries.ts'
import { RemoveMemberDialog } from './RemoveMemberDialog.tsx'

type OpenDialog = {
  kind: 'role' | 'remove'
  member: Member
  isSelf: boolean
  /** The element that had the focus before, and gets it back. */
  returnTo: HTMLElement | null
}

export type MemberDialog = { kind: 'none' } | OpenDialog

export type MemberDialogProps = Omit<OpenDialog, 'kind'> & {
  /** Gets the focus when that element is gone. */
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
}

type Props = Pick<MemberDialogProps, 'focusFallback' | 'onClose'> & { dialog: MemberDialog }

/** The dialogs that a member's row opens. */
export function MemberDialogs({ dialog, ...props }: Props) {
  if (dialog.kind === 'none') return null
  const { kind, ...about } = dialog
  const Dialog = kind === 'role' ? ChangeRoleDialog : RemoveMemberDialog
  return <Dialog {...about} {...props} />
}
