import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { isAction, isFiltered, noFilter, type AuditFilter } from './audit-filter.ts'
import { peopleQuery } from '../../api/people.queries.ts'
import classes from './AuditFilters.module.css'
import { DayField } from './DayField.tsx'
import { actionGroups, actionNames } from '../../lib/audit/describe-event.ts'
import { ZonePicker } from '../../ui/fields/ZonePicker.tsx'
import { KeyChoice } from './KeyChoice.tsx'

type Props = {
  filter: AuditFilter
  onChange: (change: Partial<AuditFilter>) => void
  /** The loaded events: they name people who have left the organization. */
  events: AuditEvent[]
}

export function AuditFilters({ filter, onChange, events }: Props) {
  const people = usePeople(filter.actorId, events)
  return (
    <div className={classes.filters} role="search">
      <KeyChoice keyId={filter.keyId} onChange={(keyId) => onChange({ keyId })} />
      <NativeSelect
        size="xs"
        aria-label="Action filter"
        value={filter.action}
        onChange={({ currentTarget: { value } }) =>
          onChange({ action: isAction(value) ? value : '' })
        }
        data={[
          { value: '', label: 'All actions' },
          ...actionGroups().map(({ group, actions }) => ({
            group,
            items: actions.map((value) => ({ value, label: actionNames[value] })),
          })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Person filter"
        value={filter.actorId}
        onChange={({ currentTarget: { value } }) => onChange({ actorId: value })}
        data={[{ value: '', label: 'Everyone' }, ...people]}
      />
      <DayField name="From" day={filter.from} onChange={(from) => onChange({ from })} />
      <DayField name="To" day={filter.to} onChange={(to) => onChange({ to })} />
      <ZonePicker zone={filter.zone} onChange={(zone) => onChange({ zone })} />
      {isFiltered(filter) && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(noFilter)}>
          Clear filters
        </Button>
      )}
    </div>
  )
}

function usePeople(chosen: string, events: AuditEvent[]): { value: string; label: string }[] {
  const members = useQuery(peopleQuery)
  const names = new Map<string, string>()
  for (const { actor } of events)
    if (actor.id !== null && actor.type !== 'key-holder') names.set(actor.id, actor.name)
  for (const { userId, user } of members.data?.members ?? []) names.set(userId, user.name)
  if (chosen !== '' && !names.has(chosen)) names.set(chosen, chosen)
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => one.label.localeCompare(other.label))
}
