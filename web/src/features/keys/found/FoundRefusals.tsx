import { Anchor, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FoundRefusal } from '@zentrix/shared/schemas/usage/callers.ts'
import { Link } from 'react-router'
import { sentenceOf } from '../../../api/http.ts'
import { keyPath } from '../../../paths.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import { describeRefusal } from '../callers/describe-refusal.ts'
import { useKey } from '../key-details.queries.ts'
import { refusalsQuery } from './found-refusals.queries.ts'
import classes from '../callers/KeyCallers.module.css'

/** Why requests with the id that is searched for were refused; draws nothing where there are none. */
export function FoundRefusals({ requestId }: { requestId: string }) {
  const refusals = useQuery(refusalsQuery(requestId))
  if (refusals.isError)
    return (
      <Failure
        title="It could not be looked up whether this is the id of a refused request"
        message={sentenceOf(refusals.error)}
        onRetry={() => void refusals.refetch()}
        isRetrying={refusals.isFetching}
      />
    )
  if (!refusals.data || refusals.data.length === 0) return null
  return (
    <Section title={`Why ${requestId} was refused`}>
      <ol className={classes.list} aria-label="Refused requests">
        {refusals.data.map((refusal, at) => (
          <Found key={`${refusal.at} ${at}`} refusal={refusal} />
        ))}
      </ol>
    </Section>
  )
}

function Found({ refusal }: { refusal: FoundRefusal }) {
  const key = useKey(refusal.keyId, false)
  if (key.isPending)
    return (
      <li role="status" aria-label="Loading the key">
        <Skeleton height={16} width="70%" />
      </li>
    )
  // Without the key, what it allows is not known: then only the reason is said.
  const { why, remedy } = describeRefusal(refusal, key.data ?? { scopes: [], allowedIps: [] })
  return (
    <li className={classes.entry}>
      <strong>{why}</strong>
      {key.data && <span>{remedy}</span>}
      <Text component="span" size="sm" className={classes.quiet ?? ''}>
        <Anchor component={Link} to={keyPath(refusal.keyId)} fz="inherit" underline="always">
          {key.data ? `${key.data.label} ${key.data.masked}` : refusal.keyId}
        </Anchor>{' '}
        · <Ago timestamp={refusal.at} />
        {refusal.ip !== null && ` from ${refusal.ip}`}
      </Text>
    </li>
  )
}
