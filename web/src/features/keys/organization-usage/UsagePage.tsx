import { Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { OrganizationUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import { useId, useState } from 'react'
import { useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { ExportButton } from '../../../ui/fields/ExportButton.tsx'
import { ZonePicker } from '../../../ui/fields/ZonePicker.tsx'
import { PageHead } from '../../../ui/page/PageHead.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { environmentNames, isEnvironment } from '../environments.ts'
import { ChartAndTable, NumbersButton } from '../usage/ChartAndTable.tsx'
import { UsageLegend } from '../usage/UsageChart.tsx'
import { shownOutcomes, toDays, toHours, totalOf } from '../usage/usage-series.ts'
import { ByEnvironment, ByKey } from './Totals.tsx'
import {
  organizationUsageQuery,
  usageFileUrl,
  useSaveUsageFile,
} from './organization-usage.queries.ts'
import {
  daysOf,
  isRange,
  rangeNames,
  readUsageFilter,
  writeUsageFilter,
  type UsageFilter,
} from './usage-filter.ts'

/** How all keys of the organization are used. */
export function UsagePage() {
  const [search, setSearch] = useSearchParams()
  const filter = readUsageFilter(search)
  const usage = useQuery(organizationUsageQuery(filter))
  const save = useSaveUsageFile()
  const change = (changed: Partial<UsageFilter>) =>
    setSearch(writeUsageFilter({ ...filter, ...changed }), { replace: true })
  return (
    <>
      <title>Usage · Zentrix Agent Studio</title>
      <PageHead
        title="Usage"
        description="The requests of all your organization’s keys, and how they ended."
      >
        <ExportButton
          href={usageFileUrl(filter)}
          isSaving={save.isPending}
          onSave={() => save.ask(filter)}
        />
      </PageHead>
      <Stack gap="md">
        <Filters filter={filter} onChange={change} />
        {usage.isError && (
          <Failure
            title={usage.data ? 'Usage could not be refreshed' : 'Usage could not be loaded'}
            message={sentenceOf(usage.error)}
            requestId={usage.error instanceof ApiFailure ? usage.error.requestId : null}
            onRetry={() => usage.refetch()}
            isRetrying={usage.isFetching}
          />
        )}
        {usage.isPending && !usage.isError && (
          <div role="status" aria-label="Loading usage">
            <Skeleton height={320} />
          </div>
        )}
        {usage.data && (
          // The answer to the earlier choice stays until the new one is there.
          <Stack
            gap="md"
            aria-busy={usage.isPlaceholderData}
            opacity={usage.isPlaceholderData ? 0.6 : 1}
          >
            <Loaded usage={usage.data} filter={filter} onChange={change} />
          </Stack>
        )}
      </Stack>
    </>
  )
}

type FilterProps = { filter: UsageFilter; onChange: (changed: Partial<UsageFilter>) => void }

function Filters({ filter, onChange }: FilterProps) {
  return (
    <Group gap="sm" role="search">
      <NativeSelect
        size="xs"
        aria-label="Time range"
        value={filter.range}
        onChange={({ currentTarget: { value } }) =>
          onChange(isRange(value) ? { range: value } : {})
        }
        data={Object.entries(rangeNames).map(([value, label]) => ({ value, label }))}
      />
      <NativeSelect
        size="xs"
        aria-label="Environment filter"
        value={filter.environment}
        onChange={({ currentTarget: { value } }) =>
          onChange({ environment: isEnvironment(value) ? value : '' })
        }
        data={[
          { value: '', label: 'All environments' },
          ...Object.entries(environmentNames).map(([value, label]) => ({ value, label })),
        ]}
      />
    </Group>
  )
}

type LoadedProps = FilterProps & { usage: OrganizationUsage }

function Loaded({ usage, filter, onChange }: LoadedProps) {
  const [hasTable, setHasTable] = useState(false)
  const tableId = useId()
  const nowMs = useNow()
  const outcomes = shownOutcomes(usage)
  const totals = Object.fromEntries(outcomes.map((outcome) => [outcome, totalOf(usage, outcome)]))
  if (Object.values(totals).every((total) => total === 0))
    return (
      <EmptyState Icon={IconChartBar} title="No requests in this time">
        Requests are counted here within a second after they came. Choose a longer time, or another
        environment.
      </EmptyState>
    )
  const { range } = filter
  const unit = range === '24h' ? 'hour' : 'day'
  const bars =
    range === '24h'
      ? toHours(usage)
      : toDays(usage, range === '90d' ? 'utc' : filter.zone, nowMs, daysOf(range))
  return (
    <>
      <Section
        title={`Requests per ${unit}`}
        aside={<NumbersButton {...{ hasTable, tableId }} onToggle={setHasTable} />}
      >
        <Stack gap="md">
          <Group justify="space-between" gap="xs">
            <UsageLegend outcomes={outcomes} totals={totals} />
            {range === '90d' && (
              <Text size="xs" c="dimmed">
                Days of UTC
              </Text>
            )}
            {(range === '7d' || range === '30d') && (
              <ZonePicker zone={filter.zone} onChange={(zone) => onChange({ zone })} />
            )}
          </Group>
          <ChartAndTable bars={bars} {...{ unit, outcomes, hasTable, tableId }} />
        </Stack>
      </Section>
      <ByKey keys={usage.byKey} />
      <ByEnvironment environments={usage.byEnvironment} />
    </>
  )
}
