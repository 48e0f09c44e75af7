import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { RefObject } from 'react'

export type OpenDialog = {
  kind: 'revoke' | 'rotate' | 'finish' | 'limits' | 'rename' | 'disable'
  apiKey: ApiKey
  returnTo: HTMLElement | null
}

/** Which dialog about a key is open. */
export type KeyDialog = { kind: 'none' } | OpenDialog

export type OpenKeyDialog = (dialog: KeyDialog) => void

export type KeyDialogProps = {
  apiKey: ApiKey
  /** The element that had the focus before, and gets it back. */
  returnTo: HTMLElement | null
  /** Gets the focus when that element is gone. */
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
  /** Puts another dialog in this one's place. */
  onOpenDialog: OpenKeyDialog
}

/** The part of this dialog that outlives the end of a session. */
export const ROTATE = 'rotate'
export type RotateDraft = { keyId: string; overlapSeconds: number }
