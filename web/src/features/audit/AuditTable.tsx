import { Anchor } from '@mantine/core'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { memo } from 'react'
import { Link } from 'react-router'
import { keyPath } from '../../paths.ts'
import { Ago } from '../../ui/words/Ago.tsx'
import { Hint } from '../../ui/words/Hint.tsx'
import { Cell, Row, StackedTable } from '../../ui/tables/StackedTable.tsx'
import { Tag } from '../../ui/words/Tag.tsx'
import classes from './AuditTable.module.css'
import { describeEvent } from '../../lib/audit/describe-event.ts'
import { EventChanges } from '../../lib/audit/EventChanges.tsx'

type Props = { events: AuditEvent[]; isStale: boolean }

export function AuditTable({ events, isStale }: Props) {
  return (
    <StackedTable
      label="Audit log"
      columns={['Who', 'What', 'Key', 'When', 'From']}
      look="framed"
      isStale={isStale}
    >
      <tbody role="rowgroup">
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </tbody>
    </StackedTable>
  )
}

const actorKinds: Record<AuditEvent['actor']['type'], string | null> = {
  user: null,
  service: 'Service',
  'key-holder': 'Key holder',
  system: 'System',
}

const EventRow = memo(function EventRow({ event }: { event: AuditEvent }) {
  return (
    <Row className={classes.row}>
      <Cell className={classes.who}>
        <Who actor={event.actor} />
      </Cell>
      <Cell className={classes.what}>
        {describeEvent(event)}
        <EventChanges event={event} />
      </Cell>
      <Cell className={classes.key}>
        <EventKey event={event} />
      </Cell>
      <Cell className={classes.when}>
        <Ago timestamp={event.at} />
      </Cell>
      <Cell className={classes.from}>
        <Origin event={event} />
      </Cell>
    </Row>
  )
})

// The name of a key's holder is that of the key, which is no person's and stands beside it.
function Who({ actor: { type, name } }: Pick<AuditEvent, 'actor'>) {
  const kind = actorKinds[type]
  if (type === 'key-holder' || kind?.toLowerCase() === name.toLowerCase()) return kind
  return (
    <>
      {name} {kind && <Tag tone="plain">{kind}</Tag>}
    </>
  )
}

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
