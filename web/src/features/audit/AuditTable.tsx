import { Anchor } from '@mantine/core'
import type { AuditEvent } from '@zentrix/shared/audit.ts'
import { memo } from 'react'
import { Link } from 'react-router'
import { keyPath } from '../../paths.ts'
import { Ago } from '../../ui/words/Ago.tsx'
import { Hint } from '../../ui/words/Hint.tsx'
import { Tag } from '../../ui/words/Tag.tsx'
import classes from './AuditTable.module.css'
import { describeEvent } from './describe-event.ts'
import { EventChanges } from './EventChanges.tsx'

type Props = { events: AuditEvent[]; isStale: boolean }

// The roles are spelled out because the style sheet stacks the rows on a narrow screen.
export function AuditTable({ events, isStale }: Props) {
  return (
    <table
      role="table"
      className={classes.table}
      aria-label="Audit log"
      aria-busy={isStale}
      data-stale={isStale || undefined}
    >
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          {['Who', 'What', 'Key', 'When', 'From'].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </tbody>
    </table>
  )
}

const actorKinds: Record<AuditEvent['actor']['type'], string | null> = {
  user: null,
  service: 'Service',
  'key-holder': 'Key holder',
  system: 'System',
}

const EventRow = memo(function EventRow({ event }: { event: AuditEvent }) {
  const kind = actorKinds[event.actor.type]
  return (
    <tr role="row" className={classes.row}>
      <td role="cell" className={classes.who}>
        {event.actor.name}{' '}
        {kind && kind.toLowerCase() !== event.actor.name.toLowerCase() && (
          <Tag tone="plain">{kind}</Tag>
        )}
      </td>
      <td role="cell" className={classes.what}>
        {describeEvent(event)}
        <EventChanges event={event} />
      </td>
      <td role="cell" className={classes.key}>
        <EventKey event={event} />
      </td>
      <td role="cell" className={classes.when}>
        <Ago timestamp={event.at} />
      </td>
      <td role="cell" className={classes.from}>
        <Origin event={event} />
      </td>
    </tr>
  )
})

function EventKey({ event: { keyId, key } }: { event: AuditEvent }) {
  if (keyId === null) return null
  return (
    <Anchor component={Link} to={keyPath(keyId)} className={classes.keyLink!}>
      {key?.label ?? 'Key'} <span className={classes.masked}>{key?.masked ?? keyId}</span>
    </Anchor>
  )
}

function Origin({ event: { ip, userAgent } }: { event: AuditEvent }) {
  if (ip === null) return null
  if (userAgent === null) return ip
  return (
    <Hint<HTMLSpanElement> hint={userAgent}>
      {(target) => (
        <span {...target} className={classes.origin}>
          {ip}
        </span>
      )}
    </Hint>
  )
}
