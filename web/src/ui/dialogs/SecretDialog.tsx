import { Button, Group, Modal, Stack } from '@mantine/core'
import { useId, useState, type ComponentType, type ReactNode, type RefObject } from 'react'
import { useSecretGate } from '../../lib/secrets/use-secret-gate.ts'
import { CopyField } from '../copying/CopyField.tsx'
import { ShownOnceWarning } from '../copying/ShownOnceWarning.tsx'
import { LeaveQuestion } from './LeaveQuestion.tsx'
import { useReturnFocus } from './use-return-focus.ts'

type Step<T> =
  | { kind: 'form' }
  | { kind: 'issuing' }
  | { kind: 'issued'; issued: T; isCopied: boolean }

const gateStates = { form: 'none', issuing: 'coming' } as const

/** Requests a secret. @returns the error, or null when the secret is shown */
export type Issue<T> = (call: () => Promise<T>) => Promise<Error | null>

/** Shows how to use the secret; copying text that holds it counts as copying it. */
export type SecretUsage<T> = ComponentType<{ issued: T; onCopied: () => void }>

type Props<T> = {
  what: 'key' | 'token' | 'secret'
  title: string
  formWidth: number
  /** The title while the secret is shown. */
  revealTitle: string
  secretOf: (issued: T) => string
  /** Names the thing whose secret is shown. */
  Heading?: ComponentType<{ issued: T }>
  Usage: SecretUsage<T>
  /** The element that had the focus before, and gets it back. */
  returnTo: Element | null
  focusFallback: RefObject<HTMLElement | null>
  /** Must navigate: every way out is a navigation that passes the gate, as the browser's Back is. */
  onClose: (issued: T | null) => void
  /** The form that comes before. */
  children: (issue: Issue<T>, isPending: boolean) => ReactNode
}

/**
 * Requests a secret and shows it once. The secret is only in this component's state: every way out
 * passes one gate and unmounts the component.
 */
export function SecretDialog<T>(props: Props<T>) {
  const { what, title, formWidth, revealTitle, secretOf, Heading, Usage, onClose } = props
  const [step, setStep] = useState<Step<T>>({ kind: 'form' })
  const gate = useSecretGate(
    step.kind === 'issued' ? (step.isCopied ? 'copied' : 'shown') : gateStates[step.kind],
  )
  useReturnFocus(props.returnTo, props.focusFallback)

  const close = () => onClose(step.kind === 'issued' ? step.issued : null)

  const issue: Issue<T> = async (call) => {
    if (step.kind !== 'form') return null
    setStep({ kind: 'issuing' })
    try {
      setStep({ kind: 'issued', issued: await call(), isCopied: false })
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
      title={step.kind === 'issued' ? revealTitle : title}
      size={step.kind === 'issued' ? 640 : formWidth}
      yOffset="6dvh"
      returnFocus={false}
      trapFocus={!gate.isAsking}
      closeOnEscape={!gate.isAsking}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step.kind === 'issued' ? (
        <Reveal
          what={what}
          label={revealTitle}
          secret={secretOf(step.issued)}
          heading={Heading && <Heading issued={step.issued} />}
          onCopied={() => setStep({ ...step, isCopied: true })}
          onDone={close}
        >
          <Usage issued={step.issued} onCopied={() => setStep({ ...step, isCopied: true })} />
        </Reveal>
      ) : (
        props.children(issue, step.kind === 'issuing')
      )}
      {gate.isAsking && <LeaveQuestion what={what} onStay={gate.stay} onLeave={gate.leave} />}
    </Modal>
  )
}

type RevealProps = {
  what: 'key' | 'token' | 'secret'
  label: string
  secret: string
  heading: ReactNode
  onCopied: () => void
  onDone: () => void
  children: ReactNode
}

/** The only place that shows the secret in full. */
function Reveal({ what, label, secret, heading, onCopied, onDone, children }: RevealProps) {
  const warningId = useId()
  return (
    <Stack gap="md">
      {heading}
      <ShownOnceWarning what={what} id={warningId} />
      <CopyField
        text={secret}
        what={what}
        label={label}
        describedBy={warningId}
        onCopied={onCopied}
      />
      {children}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
