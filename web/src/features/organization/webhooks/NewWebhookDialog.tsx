import { Text } from '@mantine/core'
import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { useAttempt } from '../../../lib/use-attempt.ts'
import { paths } from '../../../paths.ts'
import { CodeBlock } from '../../../ui/copying/CodeBlock.tsx'
import { SecretDialog, type SecretUsage } from '../../../ui/dialogs/SecretDialog.tsx'
import { emptyWebhookForm, toWebhookInput } from './webhook-form.ts'
import { WebhookFields } from './WebhookFields.tsx'
import { useAddWebhook } from './webhooks.queries.ts'

/** A webhook's secret, while it is shown. */
export type ShownSecret = { secret: string }

type Props = { focusFallback: RefObject<HTMLElement | null> }

/** Adds a webhook and shows its secret once. */
export function NewWebhookDialog({ focusFallback }: Props) {
  const add = useAddWebhook()
  const leaveIfOver = useLeaveIfOver()
  const prepareAttempt = useAttempt(toWebhookInput)
  const navigate = useNavigate()
  const close = () => void navigate(paths.webhooks, { replace: true })
  return (
    <SecretDialog<ShownSecret>
      what="secret"
      title="Add webhook"
      formWidth={560}
      revealTitle="The secret of your new webhook"
      secretOf={({ secret }) => secret}
      Usage={SecretUsageOfWebhook}
      returnTo={document.activeElement}
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
    </SecretDialog>
  )
}

export const SecretUsageOfWebhook: SecretUsage<ShownSecret> = ({ issued, onCopied }) => (
  <>
    <Text size="sm">
      Every message is signed with it, as Standard Webhooks says. Keep it where the receiver reads
      its settings, and take no message whose signature is wrong:
    </Text>
    <CodeBlock name=".env" code={`NEURA_WEBHOOK_SECRET=${issued.secret}`} onCopied={onCopied} />
    <CodeBlock name="Node.js" code={receiverExample} />
  </>
)

const receiverExample = `import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.NEURA_WEBHOOK_SECRET)

app.post('/webhooks', express.raw({ type: '*/*' }), (req, res) => {
  const { type, data } = webhook.verify(req.body, req.headers)
  if (type === 'key.revoked') endCallsOf(data.key.id)
  res.sendStatus(204)
})`
