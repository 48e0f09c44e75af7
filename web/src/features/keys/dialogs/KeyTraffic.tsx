import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { lastDayUsageQuery } from '../key-details.queries.ts'
import { formatCount, totalOf } from '../usage/usage-series.ts'
import classes from './KeyTraffic.module.css'
import { LastUse } from './LastUse.tsx'

/** Says what would fail without the key: its last use, and its requests of the last day. */
export function KeyTraffic({ apiKey }: { apiKey: ApiKey }) {
  const usage = useQuery(lastDayUsageQuery(apiKey.id))
  return (
    <div className={classes.traffic}>
      <Text size="sm">
        <LastUse apiKey={apiKey} />
      </Text>
      <Text size="sm" component="div" role="status">
        {usage.isPending && <Skeleton height={14} width={220} my={4} />}
        {usage.isError && 'The requests of the last 24 hours could not be counted.'}
        {usage.data && <LastDay requests={totalOf(usage.data, 'VALID')} />}
      </Text>
    </div>
  )
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
