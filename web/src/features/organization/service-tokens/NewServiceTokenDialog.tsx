import { Modal } from '@mantine/core'
import type { IssueServiceTokenInput } from '@zentrix/shared/service-tokens.ts'
import { useRef, useState, type RefObject } from 'react'
import { useNavigate } from 'react-router'
import { randomToken } from '../../../lib/random-token.ts'
import { useSecretGate } from '../../../lib/use-secret-gate.ts'
import { paths } from '../../../paths.ts'
import { LeaveQuestion } from '../../../ui/dialogs/LeaveQuestion.tsx'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { IssuedTokenPanel } from './IssuedTokenPanel.tsx'
import { NewServiceTokenForm } from './NewServiceTokenForm.tsx'
import { useIssueServiceToken, type TokenAttempt } from './service-tokens.queries.ts'
import type { TokenForm } from './token-form.ts'
import { toTokenInput } from './token-form.ts'

type Step =
  | { kind: 'form' }
  | { kind: 'issuing' }
  | { kind: 'issued'; secret: string; input: IssueServiceTokenInput; isCopied: boolean }

const gateStates = { form: 'none', issuing: 'coming' } as const

/** Makes a service token and shows it, once: it lives in this component's state alone. */
export function NewServiceTokenDialog({
  focusFallback,
}: {
  focusFallback: RefObject<HTMLElement | null>
}) {
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const issue = useIssueServiceToken()
  const prepareAttempt = useTokenAttempt()
  const navigate = useNavigate()
  const gate = useSecretGate(
    step.kind === 'issued' ? (step.isCopied ? 'copied' : 'shown') : gateStates[step.kind],
  )
  useReturnFocus(document.activeElement, focusFallback)
  const close = () => void navigate(paths.serviceTokens, { replace: true })

  async function submit(form: TokenForm): Promise<Error | null> {
    if (step.kind !== 'form') return null
    const attempt = prepareAttempt(form)
    setStep({ kind: 'issuing' })
    try {
      const { token } = await issue.mutateAsync(attempt)
      setStep({ kind: 'issued', secret: token, input: attempt.input, isCopied: false })
      issue.reset()
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
      title={step.kind === 'issued' ? 'Your new service token' : 'New service token'}
      size={step.kind === 'issued' ? 640 : 500}
      yOffset="6dvh"
      returnFocus={false}
      trapFocus={!gate.isAsking}
      closeOnEscape={!gate.isAsking}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step.kind === 'issued' ? (
        <IssuedTokenPanel
          secret={step.secret}
          scopes={step.input.scopes}
          onCopied={() => setStep({ ...step, isCopied: true })}
          onDone={close}
        />
      ) : (
        <NewServiceTokenForm
          isPending={step.kind === 'issuing'}
          onSubmit={submit}
          onCancel={close}
        />
      )}
      {gate.isAsking && <LeaveQuestion what="token" onStay={gate.stay} onLeave={gate.leave} />}
    </Modal>
  )
}

// Trying again after an answer got lost, with nothing changed, gets the token that was made.
function useTokenAttempt() {
  const last = useRef<{ form: string; attempt: TokenAttempt }>(null)
  return (form: TokenForm): TokenAttempt => {
    const written = JSON.stringify(form)
    if (last.current?.form !== written)
      last.current = {
        form: written,
        attempt: { input: toTokenInput(form, Date.now()), idempotencyKey: randomToken() },
      }
    return last.current.attempt
  }
}
