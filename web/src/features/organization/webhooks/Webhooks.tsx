import { Anchor, Button } from '@mantine/core'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Webhook } from '@zentrix/shared/schemas/webhooks.ts'
import { useRef } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { paths, webhookPath } from '../../../paths.ts'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import list from '../List.module.css'
import { ListSkeleton } from '../ListSkeleton.tsx'
import { NewWebhookDialog } from './NewWebhookDialog.tsx'
import classes from './Webhooks.module.css'
import { webhooksQuery } from './webhooks.queries.ts'
import { WebhookState } from './WebhookState.tsx'

/** The organization's webhooks. */
export function Webhooks() {
  const webhooks = useQuery(webhooksQuery)
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const heading = useRef<HTMLHeadingElement>(null)
  const rows = webhooks.data?.data ?? []
  const openNew = () => void navigate({ pathname: paths.webhooks, search: '?new' })
  return (
    <>
      <Section
        title="Webhooks"
        description="Other systems hear of each change as it happens, such as a key that was revoked."
        headingRef={heading}
        aside={
          rows.length > 0 && (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={openNew}>
              Add webhook
            </Button>
          )
        }
      >
        {webhooks.isError && (
          <Failure
            title={
              webhooks.data ? 'The list could not be refreshed' : 'The webhooks could not be loaded'
            }
            message={sentenceOf(webhooks.error)}
            requestId={webhooks.error instanceof ApiFailure ? webhooks.error.requestId : null}
            onRetry={() => webhooks.refetch()}
            isRetrying={webhooks.isFetching}
          />
        )}
        {webhooks.isPending && <ListSkeleton label="Loading webhooks" />}
        {webhooks.data && rows.length === 0 && <NoWebhooks onNew={openNew} />}
        {rows.length > 0 && <WebhookList rows={rows} />}
      </Section>
      {search.has('new') && <NewWebhookDialog focusFallback={heading} />}
    </>
  )
}

function WebhookList({ rows }: { rows: Webhook[] }) {
  return (
    <StackedTable look="filling" label="Webhooks" columns={['Receiver', 'Events', 'Added']}>
      <tbody role="rowgroup">
        {rows.map((webhook) => (
          <Row key={webhook.id} className={list.row}>
            <Cell className={list.main}>
              <div className={list.nameLine}>
                <Anchor
                  component={Link}
                  to={webhookPath(webhook.id)}
                  size="sm"
                  className={classes.url ?? ''}
                >
                  {webhook.url}
                </Anchor>
                <WebhookState webhook={webhook} />
              </div>
              {webhook.description && <div className={list.sub}>{webhook.description}</div>}
            </Cell>
            <Cell className={list.fact}>
              <Caption>Events</Caption>
              {countOf(webhook)}
            </Cell>
            <Cell className={list.fact}>
              <Caption>Added</Caption>
              <Ago timestamp={webhook.createdAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </StackedTable>
  )
}

function countOf({ events }: Webhook): string {
  if (events.includes('*')) return 'All'
  return events.length === 1 ? (events[0] ?? '') : `${events.length} kinds`
}

function NoWebhooks({ onNew }: { onNew: () => void }) {
  return (
    <EmptyState
      Icon={IconWebhook}
      title="No webhooks yet"
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
          Add your first webhook
        </Button>
      }
    >
      A webhook posts a signed message to a URL of yours when something happens to a key, so that a
      running call can end with its key.
    </EmptyState>
  )
}
