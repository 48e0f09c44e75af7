import { Modal } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'

export type SecondFactorDialogProps = {
  focusFallback: RefObject<HTMLElement | null>
  onClose: () => void
}

type Props = SecondFactorDialogProps & {
  title: string
  /** The content is shown only once, so a click beside the dialog does not close it. */
  isGuarded?: boolean
  children: ReactNode
}

/** The frame of the dialogs about the second factor. */
export function SecondFactorDialog({
  title,
  isGuarded = false,
  focusFallback,
  onClose,
  children,
}: Props) {
  useReturnFocus(document.activeElement, focusFallback)
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={500}
      centered
      returnFocus={false}
      closeOnClickOutside={!isGuarded}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  )
}
