import { Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Webhook, WebhookDelivery } from '@zentrix/shared/schemas/webhooks.ts'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { actionNames, isAuditAction } from '../../../lib/audit/describe-event.ts'
import { formatUntil } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { LoadMore } from '../../../ui/tables/LoadMore.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import list from '../List.module.css'
import { ListSkeleton } from '../ListSkeleton.tsx'
import { deliveriesQuery, useResend } from './webhooks.queries.ts'

/** The messages of the last 30 days and their outcomes. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const deliveries = useInfiniteQuery(deliveriesQuery(webhook.id))
  const rows = deliveries.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <>
      <Section title="Deliveries" description="The messages of the last 30 days, newest first.">
        {deliveries.isError && (
          <Failure
            title="The deliveries could not be loaded"
            message={sentenceOf(deliveries.error)}
            requestId={deliveries.error instanceof ApiFailure ? deliveries.error.requestId : null}
            onRetry={() => deliveries.refetch()}
            isRetrying={deliveries.isFetching}
          />
        )}
        {deliveries.isPending && <ListSkeleton label="Loading deliveries" />}
        {deliveries.data && rows.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing has been sent yet. Send a test message to see that it arrives.
          </Text>
        )}
        {rows.length > 0 && (
          <StackedTable
            look="filling"
            hasActions
            label="Deliveries"
            columns={['Event', 'Result', 'When', 'Actions']}
          >
            <tbody role="rowgroup">
              {rows.map((delivery) => (
                <DeliveryRow key={delivery.id} webhookId={webhook.id} delivery={delivery} />
              ))}
            </tbody>
          </StackedTable>
        )}
      </Section>
      {deliveries.hasNextPage && (
        <LoadMore
          loaded={`${rows.length} deliveries`}
          hasMore
          isLoading={deliveries.isFetchingNextPage}
          onLoad={() => deliveries.fetchNextPage()}
        />
      )}
    </>
  )
}

type RowProps = { webhookId: string; delivery: WebhookDelivery }

function DeliveryRow({ webhookId, delivery }: RowProps) {
  const { type, attempts, lastAttemptAt, createdAt, nextAttemptAt } = delivery
  const now = useNow()
  const again = useResend(webhookId)
  const name = isAuditAction(type) ? actionNames[type] : 'Test message'
  return (
    <Row className={list.row}>
      <Cell className={list.main}>
        <div className={list.name}>{name}</div>
        <div className={list.sub}>{type}</div>
      </Cell>
      <Cell className={list.main}>
        <Result delivery={delivery} />
        <div className={list.sub}>
          {delivery.problem}
          {attempts > 1 && ` · ${attempts} attempts`}
          {delivery.status === 'pending' && nextAttemptAt && (
            <>
              {' · next '}
              {formatUntil(nextAttemptAt, now)}
            </>
          )}
        </div>
        <FormFailure failure={again.failure} />
      </Cell>
      <Cell className={list.fact}>
        <Caption>When</Caption>
        <Ago timestamp={lastAttemptAt ?? createdAt} />
      </Cell>
      <Cell className={list.actions}>
        <BusyButton
          variant="subtle"
          color="gray"
          size="compact-sm"
          isBusy={again.isPending}
          aria-label={`Send again: ${name}`}
          onClick={() => again.run(delivery)}
        >
          Send again
        </BusyButton>
      </Cell>
    </Row>
  )
}

function Result({ delivery: { status, responseStatus, attempts } }: { delivery: WebhookDelivery }) {
  if (status === 'delivered') return <Tag tone="plain">{`Delivered · ${responseStatus}`}</Tag>
  if (status === 'failed') return <Tag tone="danger">Failed</Tag>
  return attempts === 0 ? (
    <Tag tone="plain">Waits</Tag>
  ) : (
    <Tag tone="warning">Will be tried again</Tag>
  )
}
