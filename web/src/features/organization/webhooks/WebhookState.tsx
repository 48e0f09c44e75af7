import type { Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { Tag } from '../../../ui/words/Tag.tsx'

const reasons = {
  owner: 'Disabled',
  failing: 'Disabled after 3 days of failures',
  gone: 'Disabled: the receiver said 410',
}

/** Says whether messages are sent, and arrive. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { enabled, disabledReason, failingSince } = webhook
  if (!enabled)
    return (
      <Tag tone={disabledReason === 'owner' ? 'plain' : 'danger'}>
        {reasons[disabledReason ?? 'owner']}
      </Tag>
    )
  if (failingSince) return <Tag tone="warning">Failing</Tag>
  return null
}
