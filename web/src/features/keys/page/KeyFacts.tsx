import { Anchor, Button, Skeleton } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { formatExact, formatUntil } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { keyPath } from '../../../paths.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { CopyId } from '../../../ui/copying/CopyId.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { useKey } from '../key-details.queries.ts'
import type { OpenKeyDialog } from '../dialogs/key-dialog.ts'
import classes from './KeyFacts.module.css'
import { environmentNames } from '../environments.ts'
import { useListSearch, type FromList } from '../list-search.ts'
import { formatCount } from '../usage/usage-series.ts'

type Props = {
  apiKey: ApiKey
  mayChange: boolean
  isPaused: boolean
  onOpenDialog: OpenKeyDialog
}

/** Everything of the record, in groups. */
export function KeyFacts({ apiKey, mayChange, isPaused, onOpenDialog }: Props) {
  return (
    <>
      <About apiKey={apiKey} isPaused={isPaused} />
      <Limits apiKey={apiKey} mayChange={mayChange} onOpenDialog={onOpenDialog} />
    </>
  )
}

function About({ apiKey, isPaused }: Pick<Props, 'apiKey' | 'isPaused'>) {
  return (
    <Section title="About this key">
      <dl className={classes.facts}>
        <Fact name="Created">
          <Ago timestamp={apiKey.createdAt} />
          {apiKey.createdBy && ` by ${apiKey.createdBy.name}`}
        </Fact>
        <Fact name="Last used">
          {apiKey.lastUsedAt ? <Ago timestamp={apiKey.lastUsedAt} /> : 'Never used'}
          {apiKey.lastUsedIp && (
            <>
              {' '}
              from <span className={classes.code}>{apiKey.lastUsedIp}</span>
            </>
          )}
        </Fact>
        {apiKey.rotatedFrom && (
          <Fact name="Replaces">
            <KeyLink id={apiKey.rotatedFrom} isPaused={isPaused} />
          </Fact>
        )}
        {apiKey.rotatedTo && (
          <Fact name="Replaced by">
            <KeyLink id={apiKey.rotatedTo} isPaused={isPaused} />
          </Fact>
        )}
        <Fact name="ID">
          <CopyId id={apiKey.id} what="the key’s id" />
        </Fact>
      </dl>
    </Section>
  )
}

function Limits({ apiKey, mayChange, onOpenDialog }: Omit<Props, 'isPaused'>) {
  return (
    <Section
      title="Limits"
      aside={
        mayChange &&
        apiKey.status !== 'revoked' && (
          <Button
            variant="subtle"
            size="compact-sm"
            fw={500}
            mr={-8}
            c="var(--portal-link)"
            aria-label="Edit limits"
            onClick={({ currentTarget }) =>
              onOpenDialog({ kind: 'limits', apiKey, returnTo: currentTarget })
            }
          >
            Edit
          </Button>
        )
      }
    >
      <dl className={classes.facts}>
        <Fact name="Environment">{environmentNames[apiKey.environment]}</Fact>
        <Fact name="Expires">
          <Expiry apiKey={apiKey} />
        </Fact>
        <Fact name="Scopes">
          <Entries entries={apiKey.scopes} none="Everything" />
        </Fact>
        <Fact name="Addresses">
          <Entries entries={apiKey.allowedIps} none="Any" />
        </Fact>
        <Fact name="Requests per minute">
          {apiKey.rateLimitPerMinute === null
            ? 'The usual limit'
            : formatCount(apiKey.rateLimitPerMinute)}
        </Fact>
      </dl>
    </Section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Expiry({ apiKey: { expiresAt, status } }: { apiKey: ApiKey }) {
  const now = useNow()
  if (expiresAt === null) return 'Never'
  return (
    <>
      {formatExact(expiresAt)}
      {status !== 'revoked' && Date.parse(expiresAt) > now && (
        <div className={classes.quiet}>{formatUntil(expiresAt, now)}</div>
      )}
    </>
  )
}

function Entries({ entries, none }: { entries: string[]; none: string }) {
  if (entries.length === 0) return none
  return (
    <ul className={classes.entries}>
      {entries.map((entry) => (
        <li key={entry} className={classes.code}>
          {entry}
        </li>
      ))}
    </ul>
  )
}

/** The predecessor or successor of the key, by label and last four. */
function KeyLink({ id, isPaused }: { id: string; isPaused: boolean }) {
  const key = useKey(id, isPaused)
  const state: FromList = { listSearch: useListSearch() }
  if (key.isPending) return <Skeleton height={14} width={120} my={4} />
  return (
    <Anchor component={Link} to={keyPath(id)} state={state} size="sm">
      {key.data ? key.data.label : 'The other key'}{' '}
      <span className={classes.code}>{key.data?.masked ?? id}</span>
    </Anchor>
  )
}
