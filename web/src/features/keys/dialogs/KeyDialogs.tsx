import type { RefObject } from 'react'
import { lazily, type Lazy } from '../../../ui/feedback/lazily.tsx'
import { preloadNotices } from '../../../ui/feedback/notify.ts'
import type { KeyDialogProps, OpenDialog } from './key-dialog.ts'
import type { KeyDialogControl } from './use-key-dialog.ts'

const dialogs: Record<OpenDialog['kind'], Lazy<KeyDialogProps>> = {
  revoke: lazily(
    () => import('./RevokeKeyDialog.tsx'),
    (it) => it.RevokeKeyDialog,
  ),
  rotate: lazily(
    () => import('./RotateKeyDialog.tsx'),
    (it) => it.RotateKeyDialog,
  ),
  finish: lazily(
    () => import('./FinishRotationDialog.tsx'),
    (it) => it.FinishRotationDialog,
  ),
  limits: lazily(
    () => import('./EditLimitsDialog.tsx'),
    (it) => it.EditLimitsDialog,
  ),
  rename: lazily(
    () => import('./RenameKeyDialog.tsx'),
    (it) => it.RenameKeyDialog,
  ),
  disable: lazily(
    () => import('./DisableKeyDialog.tsx'),
    (it) => it.DisableKeyDialog,
  ),
}

/** Loads the dialogs before someone opens one. */
export function preloadKeyDialogs() {
  for (const dialog of Object.values(dialogs)) dialog.preload()
  preloadNotices()
}

type Props = { control: KeyDialogControl; focusFallback: RefObject<HTMLElement | null> }

/** The dialogs about a key, each loaded when it is first needed. */
export function KeyDialogs({ control: { dialog, open, close }, focusFallback }: Props) {
  if (dialog.kind === 'none') return null
  const Dialog = dialogs[dialog.kind]
  return (
    <Dialog
      key={dialog.kind}
      apiKey={dialog.apiKey}
      returnTo={dialog.returnTo}
      focusFallback={focusFallback}
      onClose={close}
      onOpenDialog={open}
    />
  )
}
