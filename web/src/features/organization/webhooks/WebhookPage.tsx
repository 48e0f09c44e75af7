import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { useRef, useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { actionNames, isAuditAction } from '../../../lib/audit/describe-event.ts'
import { paths, webhookPath } from '../../../paths.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { BackLabel } from '../../../ui/page/BackLabel.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import { ListSkeleton } from '../ListSkeleton.tsx'
import { Deliveries } from './Deliveries.tsx'
import { ReplaceSecretDialog } from './ReplaceSecretDialog.tsx'
import { WebhookDialogs, type WebhookDialog } from './WebhookDialogs.tsx'
import classes from './Webhooks.module.css'
import { useSendTest, webhookQuery } from './webhooks.queries.ts'
import { ForAdministrators } from './WebhooksPage.tsx'
import { WebhookState } from './WebhookState.tsx'

/** One webhook, with what became of its messages. */
export function WebhookPage() {
  const { id = '' } = useParams()
  return (
    <ForAdministrators>
      <LoadedWebhook id={id} />
    </ForAdministrators>
  )
}

function LoadedWebhook({ id }: { id: string }) {
  const webhook = useQuery(webhookQuery(id))
  return (
    <Stack gap="md">
      <Anchor component={Link} to={paths.webhooks} size="sm">
        <BackLabel>All webhooks</BackLabel>
      </Anchor>
      {webhook.isError && (
        <Failure
          title={
            isGone(webhook.error) ? 'There is no such webhook' : 'The webhook could not be loaded'
          }
          message={sentenceOf(webhook.error)}
          requestId={webhook.error instanceof ApiFailure ? webhook.error.requestId : null}
          onRetry={() => webhook.refetch()}
          isRetrying={webhook.isFetching}
        />
      )}
      {webhook.isPending && <ListSkeleton label="Loading the webhook" />}
      {webhook.data && !(webhook.error && isGone(webhook.error)) && (
        <OneWebhook webhook={webhook.data} />
      )}
    </Stack>
  )
}

function isGone(error: Error): boolean {
  return error instanceof ApiFailure && error.status === 404
}

function OneWebhook({ webhook }: { webhook: Webhook }) {
  const { id, url, description, enabled, failingSince } = webhook
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const heading = useRef<HTMLHeadingElement>(null)
  const [dialog, setDialog] = useState<WebhookDialog | null>(null)
  const test = useSendTest(id)
  const open = (kind: WebhookDialog['kind']) => (returnTo: HTMLElement) =>
    setDialog({ kind, webhook, returnTo })
  const button = (label: string, onOpen: (returnTo: HTMLElement) => void) => (
    <Button size="xs" variant="default" onClick={({ currentTarget }) => onOpen(currentTarget)}>
      {label}
    </Button>
  )
  return (
    <>
      <Section
        title={description ?? new URL(url).host}
        description={<span className={classes.address}>{url}</span>}
        headingRef={heading}
        aside={<WebhookState webhook={webhook} />}
      >
        <Stack gap="md">
          <Text size="sm">
            {webhook.events.includes('*')
              ? 'Gets all events.'
              : `Gets: ${webhook.events.map(nameOf).join(' · ')}.`}
            {failingSince && enabled && (
              <>
                {' '}
                Messages have failed since <Ago timestamp={failingSince} />; they are tried again,
                and wait in their order.
              </>
            )}
          </Text>
          <FormFailure failure={test.failure} />
          <div className={classes.facts}>
            <BusyButton
              size="xs"
              variant="default"
              isBusy={test.isPending}
              onClick={() => test.run(undefined, { onDone: sayTestSent })}
            >
              Send test
            </BusyButton>
            {button('Edit', open('edit'))}
            {button(enabled ? 'Disable' : 'Enable', open(enabled ? 'disable' : 'enable'))}
            {button('Replace secret', () =>
              navigate({ pathname: webhookPath(id), search: '?secret' }),
            )}
            <Button
              size="xs"
              variant="subtle"
              color="red"
              onClick={({ currentTarget }) => open('delete')(currentTarget)}
            >
              Delete
            </Button>
          </div>
        </Stack>
      </Section>
      <Deliveries webhook={webhook} />
      {search.has('secret') && <ReplaceSecretDialog id={id} focusFallback={heading} />}
      {dialog && (
        <WebhookDialogs {...dialog} focusFallback={heading} onClose={() => setDialog(null)} />
      )}
    </>
  )
}

function sayTestSent(): void {
  void notify({ title: 'Test message sent', message: 'What became of it is in the list below.' })
}

function nameOf(event: string): string {
  return isAuditAction(event) ? actionNames[event] : event
}
