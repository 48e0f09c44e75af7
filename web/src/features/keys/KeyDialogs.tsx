import type { ApiKey } from '@zentrix/shared/keys.ts'
import { lazy, Suspense, type RefObject } from 'react'

export type KeyDialog =
  | { kind: 'none' }
  | { kind: 'revoke' | 'rename' | 'disable'; apiKey: ApiKey; returnTo: HTMLElement | null }

export type KeyDialogProps = {
  apiKey: ApiKey
  /** What had the focus before, and gets it back. */
  returnTo: HTMLElement | null
  /** What gets the focus when that is gone. */
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
}

const RevokeKeyDialog = lazy(async () => ({
  default: (await import('./RevokeKeyDialog.tsx')).RevokeKeyDialog,
}))
const RenameKeyDialog = lazy(async () => ({
  default: (await import('./RenameKeyDialog.tsx')).RenameKeyDialog,
}))
const DisableKeyDialog = lazy(async () => ({
  default: (await import('./DisableKeyDialog.tsx')).DisableKeyDialog,
}))

const dialogs = {
  revoke: RevokeKeyDialog,
  rename: RenameKeyDialog,
  disable: DisableKeyDialog,
}

type Props = Pick<KeyDialogProps, 'focusFallback' | 'onClose'> & { dialog: KeyDialog }

/** The dialogs that a row opens, each loaded when it is first needed. */
export function KeyDialogs({ dialog, focusFallback, onClose }: Props) {
  if (dialog.kind === 'none') return null
  const Dialog = dialogs[dialog.kind]
  return (
    <Suspense fallback={null}>
      <Dialog
        apiKey={dialog.apiKey}
        returnTo={dialog.returnTo}
        focusFallback={focusFallback}
        onClose={onClose}
      />
    </Suspense>
  )
}
