import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { usePolicy } from '../../../api/policy.queries.ts'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { useAttempt } from '../../../lib/use-attempt.ts'
import { paths } from '../../../paths.ts'
import { toIssueInput, type IssueForm } from './issue-form.ts'
import { IssueKeyDialog } from './IssueKeyDialog.tsx'
import { IssueKeyForm } from './IssueKeyForm.tsx'
import { useIssueKey } from '../keys.queries.ts'

type Props = {
  listSearch: string
  focusFallback: RefObject<HTMLElement | null>
}

export function GenerateKeyDialog({ listSearch, focusFallback }: Props) {
  const issueKey = useIssueKey()
  const leaveIfOver = useLeaveIfOver()
  const policy = usePolicy()
  const prepareAttempt = useAttempt((form: IssueForm, nowMs: number) =>
    toIssueInput(form, nowMs, policy),
  )
  const navigate = useNavigate()
  const close = () => void navigate({ pathname: paths.keys, search: listSearch }, { replace: true })
  return (
    <IssueKeyDialog
      title="Generate key"
      returnTo={document.activeElement}
      focusFallback={focusFallback}
      onClose={close}
    >
      {(issue, isPending) => (
        <IssueKeyForm
          isPending={isPending}
          failure={issueKey.failure}
          onCancel={close}
          onSubmit={async (form) => {
            const attempt = prepareAttempt(form)
            const error = await issue(() => issueKey.runForSecret(attempt))
            leaveIfOver(error)
            return error && { error, input: attempt.input }
          }}
        />
      )}
    </IssueKeyDialog>
  )
}
