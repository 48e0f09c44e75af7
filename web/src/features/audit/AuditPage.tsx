import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconHistory, IconSearchOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../api/http.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../ui/feedback/Failure.tsx'
import { ExportButton } from '../../ui/fields/ExportButton.tsx'
import { PageHead } from '../../ui/page/PageHead.tsx'
import { LoadMore } from '../../ui/tables/LoadMore.tsx'
import {
  isFiltered,
  noFilter,
  readAuditFilter,
  writeAuditFilter,
  type AuditFilter,
} from './audit-filter.ts'
import { auditEventsQuery, auditFileUrl, useSaveAuditFile, PAGE_SIZE } from './audit.queries.ts'
import { AuditFilters } from './AuditFilters.tsx'
import classes from './AuditPage.module.css'
import { AuditTable } from './AuditTable.tsx'

export function AuditPage() {
  const [search, setSearch] = useSearchParams()
  const filter = readAuditFilter(search)
  const events = useInfiniteQuery({
    ...auditEventsQuery(filter),
    placeholderData: keepPreviousData,
  })
  const rows = events.data?.pages.flatMap((page) => page.data) ?? []
  const changeFilter = (change: Partial<AuditFilter>) =>
    setSearch(writeAuditFilter({ ...filter, ...change }))

  return (
    <>
      <title>Audit log · Zentrix Agent Studio</title>
      <PageHead
        title="Audit log"
        description="Every change to your organization’s keys and members, newest first."
      >
        <Export filter={filter} />
      </PageHead>
      <Stack gap="md">
        <AuditFilters filter={filter} onChange={changeFilter} events={rows} />
        {events.isError && (
          <Failure
            title={
              rows.length > 0
                ? 'The log could not be refreshed'
                : 'The audit log could not be loaded'
            }
            message={sentenceOf(events.error)}
            requestId={events.error instanceof ApiFailure ? events.error.requestId : null}
            onRetry={() =>
              events.isFetchNextPageError ? events.fetchNextPage() : events.refetch()
            }
            isRetrying={events.isFetching}
          />
        )}
        {events.isPending && !events.isError && <AuditSkeleton />}
        {rows.length > 0 && <AuditTable events={rows} isStale={events.isPlaceholderData} />}
        {events.isSuccess && rows.length === 0 && (
          <Nothing isFiltered={isFiltered(filter)} onClear={() => changeFilter(noFilter)} />
        )}
      </Stack>
      {(events.hasNextPage || rows.length > PAGE_SIZE) && (
        <LoadMore
          loaded={`${rows.length.toLocaleString('en')} events`}
          hasMore={events.hasNextPage}
          isLoading={events.isFetchingNextPage}
          onLoad={() => void events.fetchNextPage()}
        />
      )}
    </>
  )
}

function Export({ filter }: { filter: AuditFilter }) {
  const contentId = useId()
  const save = useSaveAuditFile()
  return (
    <div className={classes.export}>
      <ExportButton
        href={auditFileUrl(filter)}
        isSaving={save.isPending}
        onSave={() => save.ask(filter)}
        describedBy={contentId}
      />
      <Text id={contentId} size="xs" c="dimmed" mt={4}>
        {isFiltered(filter) ? 'The events that match, in full' : 'Every event, in full'}
      </Text>
    </div>
  )
}

function Nothing({ isFiltered: hasFilter, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!hasFilter)
    return (
      <EmptyState Icon={IconHistory} title="Nothing has happened yet">
        When someone generates, changes or revokes a key, it is written here.
      </EmptyState>
    )
  return (
    <EmptyState
      Icon={IconSearchOff}
      title="No event matches"
      action={
        <Button variant="default" size="xs" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      Nothing of this kind has been done, or not by this person, to this key or on these days.
    </EmptyState>
  )
}

function AuditSkeleton() {
  return (
    <Stack gap="lg" role="status" aria-label="Loading the audit log" py="md">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={16} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  )
}
