import { Stack, Text } from '@mantine/core'
import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { useAttempt } from '../../../lib/use-attempt.ts'
import { webhookPath } from '../../../paths.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { WebhookSecretDialog } from './WebhookSecretDialog.tsx'
import { useReplaceSecret } from './webhooks.queries.ts'

type Props = { id: string; focusFallback: RefObject<HTMLElement | null> }

/** Replaces the secret of a webhook and shows the new one once. */
export function ReplaceSecretDialog({ id, focusFallback }: Props) {
  const replace = useReplaceSecret(id)
  const leaveIfOver = useLeaveIfOver()
  const prepareAttempt = useAttempt((it: object) => it)
  const navigate = useNavigate()
  const close = () => void navigate(webhookPath(id), { replace: true })
  return (
    <WebhookSecretDialog
      title="Replace the secret?"
      formWidth={460}
      revealTitle="The new secret"
      focusFallback={focusFallback}
      onClose={close}
    >
      {(issue, isPending) => (
        <form
          onSubmit={async (event) => {
            event.preventDefault()
            const error = await issue(async () => {
              const { secret } = await replace.runForSecret(prepareAttempt({}).idempotencyKey)
              return { secret }
            })
            leaveIfOver(error)
          }}
        >
          <Stack gap="md">
            <FormFailure failure={replace.failure} />
            <Text size="sm">
              For 24 hours messages are signed with both, so that the receiver can be given the new
              one without missing any. A secret that was replaced before stops at once.
            </Text>
            <FormButtons
              submit="Replace secret"
              isBusy={isPending}
              canCancel={!isPending}
              onCancel={close}
            />
          </Stack>
        </form>
      )}
    </WebhookSecretDialog>
  )
}
