import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { useAttempt } from '../../../lib/use-attempt.ts'
import { paths } from '../../../paths.ts'
import { emptyWebhookForm, toWebhookInput } from './webhook-form.ts'
import { WebhookFields } from './WebhookFields.tsx'
import { WebhookSecretDialog } from './WebhookSecretDialog.tsx'
import { useAddWebhook } from './webhooks.queries.ts'

type Props = { focusFallback: RefObject<HTMLElement | null> }

/** Adds a webhook and shows its secret once. */
export function NewWebhookDialog({ focusFallback }: Props) {
  const add = useAddWebhook()
  const leaveIfOver = useLeaveIfOver()
  const prepareAttempt = useAttempt(toWebhookInput)
  const navigate = useNavigate()
  const close = () => void navigate(paths.webhooks, { replace: true })
  return (
    <WebhookSecretDialog
      title="Add webhook"
      formWidth={560}
      revealTitle="The secret of your new webhook"
      focusFallback={focusFallback}
      onClose={close}
    >
      {(issue, isPending) => (
        <WebhookFields
          initialValues={emptyWebhookForm}
          submit="Add webhook"
          isPending={isPending}
          failure={add.failure}
          error={add.error}
          onCancel={close}
          onSubmit={async (form) => {
            const error = await issue(async () => {
              const { secret } = await add.runForSecret(prepareAttempt(form))
              return { secret }
            })
            leaveIfOver(error)
          }}
        />
      )}
    </WebhookSecretDialog>
  )
}
