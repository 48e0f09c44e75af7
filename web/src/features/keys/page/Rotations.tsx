import { Button, Text } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { formatExact, formatLeft, formatUntil } from '../../../lib/time/times.ts'
import { useNow, useSecond } from '../../../lib/time/use-now.ts'
import { keyPath } from '../../../paths.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { useKey } from '../key-details.queries.ts'
import type { OpenKeyDialog } from '../dialogs/key-dialog.ts'
import { useListSearch, type FromList } from '../list-search.ts'
import { usePermissions } from '../permissions.ts'
import { isLive, isQuiet } from '../rotation.ts'
import classes from './Rotations.module.css'

type Props = {
  apiKey: ApiKey
  isPaused: boolean
  onOpenDialog: OpenKeyDialog
}

/** The unfinished rotations of this key. */
export function Rotations({ apiKey, ...rest }: Props) {
  return (
    <>
      {apiKey.rotatedFrom && <ToThis id={apiKey.rotatedFrom} apiKey={apiKey} {...rest} />}
      {apiKey.rotatedTo && <FromThis id={apiKey.rotatedTo} apiKey={apiKey} {...rest} />}
    </>
  )
}

function ToThis({ id, apiKey, isPaused, ...rest }: Props & { id: string }) {
  const old = useKey(id, isPaused)
  return old.data ? <Rotation older={old.data} newer={apiKey} here={apiKey.id} {...rest} /> : null
}

function FromThis({ id, apiKey, isPaused, ...rest }: Props & { id: string }) {
  const newer = useKey(id, isPaused)
  return newer.data ? (
    <Rotation older={apiKey} newer={newer.data} here={apiKey.id} {...rest} />
  ) : null
}

type RotationProps = {
  older: ApiKey
  newer: ApiKey
  here: string
  onOpenDialog: OpenKeyDialog
}

function Rotation({ older, newer, here, onOpenDialog }: RotationProps) {
  const mayFinish = usePermissions()?.mayChange(older)
  const now = useNow()
  if (!isLive(older, now)) return null
  const hasMoved = newer.lastUsedAt !== null && isQuiet(older, now)
  return (
    <Section title="Rotation under way" description={advice(older, newer, now)}>
      <div className={classes.sides}>
        <Side name="New key" apiKey={newer} here={here}>
          {describeEnd(newer, now)}
        </Side>
        <Side name="Old key" apiKey={older} here={here}>
          {older.expiresAt && <TimeLeft until={older.expiresAt} />}
          {mayFinish && (
            <Button
              variant={hasMoved ? 'filled' : 'default'}
              size="xs"
              onClick={({ currentTarget }) =>
                onOpenDialog({ kind: 'finish', apiKey: older, returnTo: currentTarget })
              }
            >
              Finish now
            </Button>
          )}
        </Side>
      </div>
    </Section>
  )
}

function describeEnd(key: ApiKey, now: number): string {
  if (!isLive(key, now)) return 'No longer works'
  return key.expiresAt === null ? 'Never expires' : `Expires ${formatUntil(key.expiresAt, now)}`
}

function advice(older: ApiKey, newer: ApiKey, now: number): string {
  if (!isLive(newer, now)) return 'The new key has ended: only the old one works.'
  if (!older.enabled) return 'The old key is disabled. Finishing now takes nothing from anyone.'
  if (newer.lastUsedAt === null)
    return 'Both keys work. Put the new one in place, then watch the old one go quiet.'
  if (isQuiet(older, now))
    return 'The new key is in use and the old one has gone quiet. You can finish now.'
  return 'Both keys are in use. Wait until the old one goes quiet before you finish.'
}

type SideProps = { name: string; apiKey: ApiKey; here: string; children: ReactNode }

function Side({ name, apiKey, here, children }: SideProps) {
  const state: FromList = { listSearch: useListSearch() }
  return (
    <div className={classes.side} role="group" aria-label={name}>
      <div className={classes.name}>
        {name}
        {apiKey.id === here ? (
          <span className={classes.masked}>{apiKey.masked}</span>
        ) : (
          <Link to={keyPath(apiKey.id)} state={state} className={classes.masked}>
            {apiKey.masked}
          </Link>
        )}
      </div>
      <Text size="sm" component="div">
        {apiKey.lastUsedAt ? (
          <>
            Last used <Ago timestamp={apiKey.lastUsedAt} />
            {apiKey.lastUsedIp && ` from ${apiKey.lastUsedIp}`}
          </>
        ) : (
          'Never used'
        )}
      </Text>
      <div className={classes.foot}>{children}</div>
    </div>
  )
}

function TimeLeft({ until }: { until: string }) {
  const now = useSecond()
  return (
    <span className={classes.left} title={formatExact(until)}>
      <span role="timer">{formatLeft(until, now)}</span> left
    </span>
  )
}
