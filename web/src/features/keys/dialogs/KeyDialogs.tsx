import { Suspense, type RefObject } from 'react'
import { lazily, type Lazy } from '../../../lib/lazily.ts'
import type { KeyDialogProps, OpenDialog } from './key-dialog.ts'
import type { KeyDialogControl } from './use-key-dialog.ts'

const dialogs: Record<OpenDialog['kind'], Lazy<KeyDialogProps>> = {
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
