import { Modal } from '@mantine/core'
import type { IssuedKey } from '@zentrix/shared/keys.ts'
import { useEffect, useState, type ReactNode, type RefObject } from 'react'
import { useBeforeUnload, useBlocker } from 'react-router'
import { paths } from '../../paths.ts'
import { AlertDialog } from '../../ui/AlertDialog.tsx'
import { useReturnFocus } from '../../ui/use-return-focus.ts'
import { IssuedKeyPanel } from './IssuedKeyPanel.tsx'

type Step =
  | { kind: 'form' }
  | { kind: 'issuing' }
  | { kind: 'issued'; id: string; secret: string; isCopied: boolean }

/** Asks for a key. @returns why there is none, or null when it is on show */
export type Issue = (call: () => Promise<IssuedKey>) => Promise<Error | null>

type Props = {
  title: string
  /** What had the focus before, and gets it back. */
  returnTo: Element | null
  focusFallback: RefObject<HTMLElement | null>
  /** Goes elsewhere; every way out, the browser's Back included, is a navigation. */
  onClose: (issuedId: string | null) => void
  /** The form that comes before. */
  children: (issue: Issue, isPending: boolean) => ReactNode
}

/**
 * Makes a key and shows it, once. The secret lives in this component's state alone: every way
 * out passes one gate and unmounts it.
 */
export function IssueDialog({ title, returnTo, focusFallback, onClose, children }: Props) {
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const gate = useGate(step)
  useReturnFocus(returnTo, focusFallback)

  const close = () => onClose(step.kind === 'issued' ? step.id : null)

  const issue: Issue = async (call) => {
    if (step.kind !== 'form') return null
    setStep({ kind: 'issuing' })
    try {
      const { id, key } = await call()
      setStep({ kind: 'issued', id, secret: key, isCopied: false })
      return null
    } catch (error) {
      setStep({ kind: 'form' })
      return error as Error
    }
  }

  return (
    <Modal
      opened
      onClose={close}
      title={step.kind === 'issued' ? 'Your new key' : title}
      size={step.kind === 'issued' ? 640 : 520}
      yOffset="6dvh"
      returnFocus={false}
      trapFocus={!gate.isAsking}
      closeOnEscape={!gate.isAsking}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step.kind === 'issued' ? (
        <IssuedKeyPanel
          secret={step.secret}
          onCopied={() => setStep({ ...step, isCopied: true })}
          onDone={close}
        />
      ) : (
        children(issue, step.kind === 'issuing')
      )}
      {gate.isAsking && <LeaveQuestion onStay={gate.stay} onLeave={gate.leave} />}
    </Modal>
  )
}

function useGate(step: Step) {
  // While the request is under way, leaving would lose a key that is about to exist.
  const isGuarded = step.kind === 'issuing' || (step.kind === 'issued' && !step.isCopied)
  const blocker = useBlocker(isGuarded)
  useEffect(() => {
    if (blocker.state === 'blocked' && step.kind === 'issuing') blocker.reset()
  }, [blocker, step.kind])
  useBeforeUnload((event) => {
    if (isGuarded) event.preventDefault()
  })
  return {
    // A session that ended elsewhere waits for the key to be copied.
    isAsking:
      blocker.state === 'blocked' &&
      step.kind === 'issued' &&
      blocker.location.pathname !== paths.signIn,
    stay: () => blocker.reset?.(),
    leave: () => blocker.proceed?.(),
  }
}

function LeaveQuestion({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  useReturnFocus(document.activeElement)
  return (
    <AlertDialog
      title="Leave without copying the key?"
      cancelLabel="Stay and copy it"
      confirmLabel="Leave without it"
      onCancel={onStay}
      onConfirm={onLeave}
    >
      It cannot be shown again. Without a copy, all you can do is revoke it and make another.
    </AlertDialog>
  )
}
