import { Anchor, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { keyCallersQuery, lastDayUsageQuery } from '../key-details.queries.ts'
import { formatCount, totalOf } from '../usage/usage-series.ts'
import classes from './KeyTraffic.module.css'
import { LastUse } from '../../../ui/words/LastUse.tsx'

const CALLERS_NAMED = 3

/** Says what would fail without the key: its last use, and its requests of the last day. */
export function KeyTraffic({ apiKey }: { apiKey: ApiKey }) {
  const usage = useQuery(lastDayUsageQuery(apiKey.id))
  return (
    <div className={classes.traffic}>
      <Text size="sm">
        <LastUse of={apiKey} />
      </Text>
      <Text size="sm" component="div" role="status">
        {usage.isPending && <Skeleton height={14} width={220} my={4} />}
        {usage.isError && (
          <>
            The requests of the last 24 hours could not be counted.{' '}
            <Anchor component="button" type="button" size="sm" onClick={() => usage.refetch()}>
              Try again
            </Anchor>
          </>
        )}
        {usage.data && <LastDay requests={totalOf(usage.data, 'VALID')} />}
      </Text>
      <LastDayCallers keyId={apiKey.id} />
    </div>
  )
}

/** The addresses that would be refused: a name that somebody knows before it hurts. */
function LastDayCallers({ keyId }: { keyId: string }) {
  const { data } = useQuery(keyCallersQuery(keyId))
  const dayAgo = useNow() - DAY_MS
  const recent = (data?.addresses ?? []).filter(
    ({ accepted, lastSeenAt }) => accepted > 0 && Date.parse(lastSeenAt) > dayAgo,
  )
  const named = recent.flatMap(({ ip }) => ip ?? []).slice(0, CALLERS_NAMED)
  if (named.length === 0) return null
  const others = recent.length - named.length
  const names = others === 0 ? named : [...named, `${others} more`]
  return <Text size="sm">They came from {new Intl.ListFormat('en').format(names)}.</Text>
}

function LastDay({ requests }: { requests: number }) {
  if (requests === 0) return 'No requests in the last 24 hours.'
  return (
    <>
      <strong>{formatCount(requests)}</strong> {requests === 1 ? 'request' : 'requests'} in the last
      24 hours.
    </>
  )
}
