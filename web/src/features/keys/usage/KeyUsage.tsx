import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { KeyUsage as Usage } from '@zentrix/shared/schemas/usage/usage.ts'
import { useId, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { sentenceOf } from '../../../api/http.ts'
import { firstWholeHour } from '../../../lib/time/days.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { ZonePicker } from '../../../ui/fields/ZonePicker.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { chartUsageQuery, paused } from '../key-details.queries.ts'
import { ChartAndTable, NumbersButton } from './ChartAndTable.tsx'
import { CHART_DAYS, shownOutcomes, toDays, totalOf } from './usage-series.ts'
import { UsageLegend } from './UsageChart.tsx'

type Props = { apiKey: ApiKey; isPaused: boolean }

export function KeyUsage({ apiKey, isPaused }: Props) {
  const [hasTable, setHasTable] = useState(false)
  const tableId = useId()
  const usage = useQuery({ ...chartUsageQuery(apiKey.id), ...(isPaused ? paused : {}) })
  return (
    <Section
      title="Requests per day"
      aside={
        usage.data &&
        !isUnused(usage.data) && <NumbersButton {...{ hasTable, tableId }} onToggle={setHasTable} />
      }
    >
      {usage.isPending && (
        <div role="status" aria-label="Loading the requests">
          <Skeleton height={apiKey.lastUsedAt === null ? 21 : 226} />
        </div>
      )}
      {usage.isError && !usage.data && (
        <Failure
          title="The requests could not be loaded"
          message={sentenceOf(usage.error)}
          onRetry={() => usage.refetch()}
          isRetrying={usage.isFetching}
        />
      )}
      {usage.data && <Loaded usage={usage.data} hasTable={hasTable} tableId={tableId} />}
    </Section>
  )
}

type LoadedProps = {
  usage: Usage
  hasTable: boolean
  tableId: string
}

function Loaded({ usage, hasTable, tableId }: LoadedProps) {
  const now = useNow()
  const [search, setSearch] = useSearchParams()
  const keepPlace = {
    replace: true,
    preventScrollReset: true,
    state: useLocation().state,
  }
  const zone = search.get('zone') === 'utc' ? 'utc' : 'local'
  if (isUnused(usage))
    return (
      <Text size="sm" c="dimmed">
        No requests in the last {CHART_DAYS} days.
      </Text>
    )
  const days = toDays(usage, zone, now)
  const begins = firstWholeHour(new Date(now), zone)
  const outcomes = shownOutcomes(usage)
  const totals = Object.fromEntries(outcomes.map((outcome) => [outcome, totalOf(usage, outcome)]))
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <UsageLegend outcomes={outcomes} totals={totals} />
        <ZonePicker
          zone={zone}
          onChange={(chosen) => setSearch(chosen === 'utc' ? { zone: chosen } : {}, keepPlace)}
        />
      </Group>
      <ChartAndTable bars={days} unit="day" outcomes={outcomes} {...{ hasTable, tableId }} />
      {begins !== '00:00' && (
        <Text size="sm" c="dimmed">
          Requests are counted by the hour of UTC, so each day begins at {begins}.
        </Text>
      )}
    </Stack>
  )
}

function isUnused(usage: Usage): boolean {
  return shownOutcomes(usage).every((outcome) => totalOf(usage, outcome) === 0)
}
