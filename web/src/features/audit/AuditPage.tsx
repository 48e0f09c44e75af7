import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ApiFailure, sentenceOf } from '../../api/http.ts'
import { BusyButton } from '../../ui/BusyButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { auditEventsQuery } from './audit.queries.ts'
import { AuditTable } from './AuditTable.tsx'

export function AuditPage() {
  const events = useInfiniteQuery(auditEventsQuery)
  const rows = events.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <>
      <title>Audit log · Zentrix Agent Studio</title>
      <Title order={1}>Audit log</Title>
      <Text c="dimmed" size="sm" mt={4} mb="lg">
        Every change to your organization’s keys and members, newest first.
      </Text>
      <Stack gap="md">
        {events.isError && (
          <Failure
            title="The audit log could not be loaded"
            message={sentenceOf(events.error)}
            requestId={events.error instanceof ApiFailure ? events.error.requestId : null}
            onRetry={() => events.refetch()}
            isRetrying={events.isFetching}
          />
        )}
        {events.isPending && <AuditSkeleton />}
        {rows.length > 0 && <AuditTable events={rows} />}
        {events.isSuccess && rows.length === 0 && (
          <EmptyState Icon={IconHistory} title="Nothing has happened yet">
            When someone generates, changes or revokes a key, it is written here.
          </EmptyState>
        )}
        {events.hasNextPage && (
          <Group justify="center">
            <BusyButton
              variant="default"
              size="xs"
              isBusy={events.isFetchingNextPage}
              onClick={() => events.fetchNextPage()}
            >
              Load more
            </BusyButton>
          </Group>
        )}
      </Stack>
    </>
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
