import { Modal } from '@mantine/core'
import type { IssuedKey } from '@zentrix/shared/keys.ts'
import { useState, type ReactNode, type RefObject } from 'react'
import { useSecretGate } from '../../../lib/use-secret-gate.ts'
import { LeaveQuestion } from '../../../ui/dialogs/LeaveQuestion.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { IssuedKeyPanel } from './IssuedKeyPanel.tsx'

type Step =
  | { kind: 'form' }
  | { kind: 'issuing' }
  | { kind: 'issued'; id: string; secret: string; isCopied: boolean }

const gateStates = { form: 'none', issuing: 'coming' } as const

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
  const gate = useSecretGate(
    step.kind === 'issued' ? (step.isCopied ? 'copied' : 'shown') : gateStates[step.kind],
  )
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
      {gate.isAsking && <LeaveQuestion what="key" onStay={gate.stay} onLeave={gate.leave} />}
    </Modal>
  )
}
