import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { CallerAddress, Refusal } from '@zentrix/shared/schemas/usage/callers.ts'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { useState } from 'react'
import { sentenceOf } from '../../../api/http.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import { keyCallersQuery, paused } from '../key-details.queries.ts'
import { formatCount } from '../usage/usage-series.ts'
import { describeRefusal } from './describe-refusal.ts'
import classes from './KeyCallers.module.css'

const SHOWN_AT_FIRST = 5

type Props = { apiKey: ApiKey; isPaused: boolean }

/** From where the key is presented, and why it was refused. */
export function KeyCallers({ apiKey, isPaused }: Props) {
  const callers = useQuery({ ...keyCallersQuery(apiKey.id), ...(isPaused ? paused : {}) })
  const isOver = ['revoked', 'expired'].includes(apiKey.status)
  return (
    <Section
      title="Who uses this key"
      description="The addresses last seen, and the requests last refused."
    >
      {callers.isPending && (
        <div role="status" aria-label="Loading who uses this key">
          <Skeleton height={16} width="70%" />
        </div>
      )}
      {callers.isError && !callers.data && (
        <Failure
          title="Who uses this key could not be loaded"
          message={sentenceOf(callers.error)}
          onRetry={() => callers.refetch()}
          isRetrying={callers.isFetching}
        />
      )}
      {callers.data && (
        <Stack gap="lg">
          <Addresses addresses={callers.data.addresses} isOver={isOver} />
          {callers.data.refusals.length > 0 && (
            <Refusals refusals={callers.data.refusals} apiKey={apiKey} />
          )}
        </Stack>
      )}
    </Section>
  )
}

function Addresses({ addresses, isOver }: { addresses: CallerAddress[]; isOver: boolean }) {
  const [isAll, setIsAll] = useState(false)
  if (addresses.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {isOver ? 'Nobody has used it.' : 'Nobody has used it yet.'}
      </Text>
    )
  return (
    <div>
      <ul className={classes.list} aria-label="Addresses">
        {(isAll ? addresses : addresses.slice(0, SHOWN_AT_FIRST)).map((address) => (
          <li key={address.ip} className={`${classes.entry} ${classes.caller}`}>
            <span className={classes.address}>{address.ip ?? 'Address not told'}</span>
            <span className={classes.counts}>
              {formatCount(address.accepted)} accepted
              {address.refused > 0 && `, ${formatCount(address.refused)} refused`}
            </span>
            <span className={classes.quiet}>
              last <Ago timestamp={address.lastSeenAt} />, first{' '}
              <Ago timestamp={address.firstSeenAt} />
            </span>
          </li>
        ))}
      </ul>
      {addresses.length > SHOWN_AT_FIRST && (
        <More isAll={isAll} what={`${addresses.length} addresses`} onToggle={setIsAll} />
      )}
    </div>
  )
}

function Refusals({ refusals, apiKey }: { refusals: Refusal[]; apiKey: ApiKey }) {
  const [isAll, setIsAll] = useState(false)
  return (
    <div>
      <Text size="sm" fw={600} component="h3" mb="xs">
        Refused
      </Text>
      <ol className={classes.list} aria-label="Refused requests">
        {(isAll ? refusals : refusals.slice(0, SHOWN_AT_FIRST)).map((refusal, at) => {
          const { why, remedy } = describeRefusal(refusal, apiKey)
          return (
            <li key={`${refusal.at} ${at}`} className={classes.entry}>
              <strong>{why}</strong>
              <span>{remedy}</span>
              <span className={classes.quiet}>
                <Ago timestamp={refusal.at} />
                {refusal.ip !== null && ` from ${refusal.ip}`}
                {refusal.requestId !== null && ` · request ${refusal.requestId}`}
              </span>
            </li>
          )
        })}
      </ol>
      {refusals.length > SHOWN_AT_FIRST && (
        <More isAll={isAll} what={`${refusals.length} refusals`} onToggle={setIsAll} />
      )}
    </div>
  )
}

type MoreProps = { isAll: boolean; what: string; onToggle: (isAll: boolean) => void }

function More({ isAll, what, onToggle }: MoreProps) {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      fw={500}
      mt="xs"
      ml={-8}
      c="var(--portal-link)"
      aria-expanded={isAll}
      onClick={() => onToggle(!isAll)}
    >
      {isAll ? 'Show fewer' : `Show all ${what}`}
    </Button>
  )
}
