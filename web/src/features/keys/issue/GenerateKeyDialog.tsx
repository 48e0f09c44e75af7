import { useRef, type RefObject } from 'react'
import { useNavigate } from 'react-router'
import { randomToken } from '../../../lib/random-token.ts'
import { paths } from '../../../paths.ts'
import { toIssueInput, type IssueForm } from './issue-form.ts'
import { IssueDialog } from './IssueDialog.tsx'
import { IssueKeyForm } from './IssueKeyForm.tsx'
import { useIssueKey, type IssueAttempt } from '../keys.queries.ts'

type Props = {
  listSearch: string
  focusFallback: RefObject<HTMLElement | null>
}

export function GenerateKeyDialog({ listSearch, focusFallback }: Props) {
  const issueKey = useIssueKey()
  const prepareAttempt = useIssueAttempt()
  const navigate = useNavigate()
  const close = () => void navigate({ pathname: paths.keys, search: listSearch }, { replace: true })
  return (
    <IssueDialog
      title="Generate key"
      returnTo={document.activeElement}
      focusFallback={focusFallback}
      onClose={close}
    >
      {(issue, isPending) => (
        <IssueKeyForm
          isPending={isPending}
          onCancel={close}
          onSubmit={async (form) => {
            const attempt = prepareAttempt(form)
            const error = await issue(() => issueKey.mutateAsync(attempt))
            issueKey.reset()
            return error && { error, attempt }
          }}
        />
      )}
    </IssueDialog>
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
