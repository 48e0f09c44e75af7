import type { ApiKey } from '@zentrix/shared/keys.ts'
import { Suspense, type RefObject } from 'react'
import { lazily } from '../../../lib/lazily.ts'
import type { KeyDialogControl } from './use-key-dialog.ts'

export type KeyDialog =
  | { kind: 'none' }
  | { kind: keyof typeof dialogs; apiKey: ApiKey; returnTo: HTMLElement | null }

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

const dialogs = {
  revoke: lazily(async () => (await import('./RevokeKeyDialog.tsx')).RevokeKeyDialog),
  rotate: lazily(async () => (await import('./RotateKeyDialog.tsx')).RotateKeyDialog),
  finish: lazily(async () => (await import('./FinishRotationDialog.tsx')).FinishRotationDialog),
  limits: lazily(async () => (await import('./EditLimitsDialog.tsx')).EditLimitsDialog),
  rename: lazily(async () => (await import('./RenameKeyDialog.tsx')).RenameKeyDialog),
  disable: lazily(async () => (await import('./DisableKeyDialog.tsx')).DisableKeyDialog),
}

/** Loads the dialogs before someone opens one. */
export function preloadKeyDialogs() {
  for (const dialog of Object.values(dialogs)) dialog.preload()
}

type Props = { control: KeyDialogControl; focusFallback: RefObject<HTMLElement | null> }

/** The dialogs about a key, each loaded when it is first needed. */
export function KeyDialogs({ control: { dialog, open, close }, focusFallback }: Props) {
  if (dialog.kind === 'none') return null
  const Dialog = dialogs[dialog.kind]
  return (
    <Suspense fallback={null}>
      <Dialog
        key={dialog.kind}
        apiKey={dialog.apiKey}
        returnTo={dialog.returnTo}
        focusFallback={focusFallback}
        onClose={close}
        onOpenDialog={open}
      />
    </Suspense>
  )
}
