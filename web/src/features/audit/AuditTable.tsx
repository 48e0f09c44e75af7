import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AuditEvent } from '@zentrix/shared/audit.ts'
import { Ago } from '../../ui/Ago.tsx'
import { Tag } from '../../ui/Tag.tsx'
import { auditedKeyQuery } from './audit.queries.ts'
import classes from './AuditTable.module.css'
import { actionNames, actorKinds, changedFields } from './describe-event.ts'

// The roles are spelled out because the style sheet stacks the rows on a narrow screen.
export function AuditTable({ events }: { events: AuditEvent[] }) {
  return (
    <table role="table" className={classes.table} aria-label="Audit log">
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

function EventRow({ event }: { event: AuditEvent }) {
  const kind = actorKinds[event.actor.type]
  const fields = changedFields(event)
  return (
    <tr role="row" className={classes.row}>
      <td role="cell" className={classes.who}>
        {event.actor.name} {kind && kind !== event.actor.name && <Tag tone="plain">{kind}</Tag>}
      </td>
      <td role="cell">
        {actionNames[event.action]}
        {fields && <span className={classes.quiet}>: {fields}</span>}
      </td>
      <td role="cell" className={classes.key}>
        {event.keyId && <KeyName id={event.keyId} />}
      </td>
      <td role="cell" className={classes.when}>
        <Ago timestamp={event.at} />
      </td>
      <td role="cell" className={classes.quiet} title={event.userAgent ?? undefined}>
        {event.ip}
      </td>
    </tr>
  )
}

function KeyName({ id }: { id: string }) {
  const key = useQuery(auditedKeyQuery(id))
  if (key.isPending) return <Skeleton height={14} width={140} />
  if (!key.data) return <span className={classes.masked}>{id}</span>
  return (
    <>
      {key.data.label} <span className={classes.masked}>{key.data.masked}</span>
    </>
  )
}
