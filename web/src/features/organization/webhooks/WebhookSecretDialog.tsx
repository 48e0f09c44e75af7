import { Text } from '@mantine/core'
import type { ComponentProps } from 'react'
import { CodeBlock } from '../../../ui/copying/CodeBlock.tsx'
import { SecretDialog, type SecretUsage } from '../../../ui/dialogs/SecretDialog.tsx'

/** A webhook's secret, while it is shown. */
type ShownSecret = { secret: string }

type Props = Omit<
  ComponentProps<typeof SecretDialog<ShownSecret>>,
  'what' | 'secretOf' | 'Usage' | 'returnTo'
>

/** Shows the secret of a webhook once, with what the receiver does with it. */
export function WebhookSecretDialog(props: Props) {
  return (
    <SecretDialog<ShownSecret>
      what="secret"
      secretOf={({ secret }) => secret}
      Usage={SecretUsageOfWebhook}
      returnTo={document.activeElement}
      {...props}
    />
  )
}

const SecretUsageOfWebhook: SecretUsage<ShownSecret> = ({ issued, onCopied }) => (
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
