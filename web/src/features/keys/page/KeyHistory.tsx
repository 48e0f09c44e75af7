import { Anchor, Skeleton, Stack } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { Link } from 'react-router'
import { sentenceOf } from '../../../api/http.ts'
import { describeActor, describeOwnEvent } from '../../../lib/audit/describe-event.ts'
import { EventChanges } from '../../../lib/audit/EventChanges.tsx'
import { useHeld } from '../../../lib/use-held.ts'
import { keyAuditPath } from '../../../paths.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { keyEventsQuery, paused } from '../key-details.queries.ts'
import classes from './KeyHistory.module.css'

type Props = { keyId: string; isPaused: boolean }

/** Who did what to it, newest first. */
export function KeyHistory({ keyId, isPaused }: Props) {
  const events = useInfiniteQuery({ ...keyEventsQuery(keyId), ...(isPaused ? paused : {}) })
  const rows = useHeld(events.data, isPaused)?.pages.flatMap(({ data }) => data) ?? []
  return (
    <Section
      title="Audit trail"
      aside={
        <Anchor component={Link} to={keyAuditPath(keyId)} size="sm">
          Open in the audit log
        </Anchor>
      }
    >
      <Stack gap="md">
        {events.isPending && (
          <div role="status" aria-label="Loading the audit trail">
            <Skeleton height={16} width="70%" />
          </div>
        )}
        {events.isError && (
          <Failure
            title="The audit trail could not be loaded"
            message={sentenceOf(events.error)}
            onRetry={() => events.refetch()}
            isRetrying={events.isFetching}
          />
        )}
        {rows.length > 0 && (
          <ol className={classes.events}>
            {rows.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </ol>
        )}
        {events.hasNextPage && (
          <BusyButton
            variant="default"
            size="xs"
            isBusy={events.isFetchingNextPage}
            onClick={() => events.fetchNextPage()}
          >
            Load more
          </BusyButton>
        )}
      </Stack>
    </Section>
  )
}

function Event({ event }: { event: AuditEvent }) {
  return (
    <li className={classes.event}>
      <div>
        <strong>{describeOwnEvent(event)}</strong> by {describeActor(event)}
      </div>
      <EventChanges event={event} isOpen />
      <div className={classes.quiet}>
        <Ago timestamp={event.at} />
        {event.ip && ` from ${event.ip}`}
      </div>
    </li>
  )
}
