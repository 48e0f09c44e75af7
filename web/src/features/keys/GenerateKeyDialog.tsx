import { Modal } from '@mantine/core'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { useBeforeUnload, useBlocker, useNavigate } from 'react-router'
import { randomToken } from '../../lib/random-token.ts'
import { paths } from '../../paths.ts'
import { AlertDialog } from '../../ui/AlertDialog.tsx'
import { useReturnFocus } from '../../ui/use-return-focus.ts'
import { toIssueInput, type IssueForm } from './issue-form.ts'
import { IssuedKeyPanel } from './IssuedKeyPanel.tsx'
import { IssueKeyForm, type IssueFailure } from './IssueKeyForm.tsx'
import { useIssueKey, type IssueAttempt } from './keys.queries.ts'

type Step =
  | { kind: 'form' }
  | { kind: 'issuing' }
  | { kind: 'issued'; secret: string; isCopied: boolean }

type Props = {
  listSearch: string
  focusFallback: RefObject<HTMLElement | null>
}

/**
 * Makes a key and shows it, once. The secret lives in this component's state alone: every way
 * out, the browser's Back included, is a navigation that passes one gate and unmounts it.
 */
export function GenerateKeyDialog({ listSearch, focusFallback }: Props) {
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const issue = useIssueKey()
  const prepareAttempt = useIssueAttempt()
  const navigate = useNavigate()
  useReturnFocus(document.activeElement, focusFallback)

  // While the request is under way, leaving would lose a key that is about to exist.
  const isGuarded = step.kind === 'issuing' || (step.kind === 'issued' && !step.isCopied)
  const blocker = useBlocker(isGuarded)
  // A session that ended elsewhere waits for the key to be copied.
  const isAsking =
    blocker.state === 'blocked' &&
    step.kind === 'issued' &&
    blocker.location.pathname !== paths.signIn
  useEffect(() => {
    if (blocker.state === 'blocked' && step.kind === 'issuing') blocker.reset()
  }, [blocker, step.kind])
  useBeforeUnload((event) => {
    if (isGuarded) event.preventDefault()
  })

  function close() {
    void navigate({ pathname: paths.keys, search: listSearch }, { replace: true })
  }

  async function submit(form: IssueForm): Promise<IssueFailure | null> {
    if (step.kind !== 'form') return null
    const attempt = prepareAttempt(form)
    setStep({ kind: 'issuing' })
    try {
      const { key } = await issue.mutateAsync(attempt)
      setStep({ kind: 'issued', secret: key, isCopied: false })
      issue.reset()
      return null
    } catch (error) {
      setStep({ kind: 'form' })
      return { error: error as Error, attempt }
    }
  }

  return (
    <Modal
      opened
      onClose={close}
      title={step.kind === 'issued' ? 'Your new key' : 'Generate key'}
      size={step.kind === 'issued' ? 640 : 520}
      yOffset="6dvh"
      returnFocus={false}
      trapFocus={!isAsking}
      closeOnEscape={!isAsking}
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
        <IssueKeyForm isPending={step.kind === 'issuing'} onSubmit={submit} onCancel={close} />
      )}
      {isAsking && (
        <LeaveQuestion onStay={() => blocker.reset()} onLeave={() => blocker.proceed()} />
      )}
    </Modal>
  )
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

// A request whose answer got lost may have made a key. Sending the very same one again, under
// the same idempotency key, gets that key instead of a second one.
function useIssueAttempt() {
  const last = useRef<{ form: string; attempt: IssueAttempt }>(null)
  return (form: IssueForm): IssueAttempt => {
    const written = JSON.stringify(form)
    if (last.current?.form !== written)
      last.current = {
        form: written,
        attempt: { input: toIssueInput(form, Date.now()), idempotencyKey: randomToken() },
      }
    return last.current.attempt
  }
}
