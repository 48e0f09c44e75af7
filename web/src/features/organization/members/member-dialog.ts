import type { ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import type { RefObject } from 'react'

type OpenDialog = {
  kind: 'role' | 'remove'
  member: ListedMember
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
