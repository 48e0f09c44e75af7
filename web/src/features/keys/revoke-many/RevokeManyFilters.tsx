import { Checkbox, Group, NativeSelect, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { HYGIENE_DAYS } from '@zentrix/shared/limits.ts'
import { environmentNames } from '../environments.ts'
import { creatorsQuery } from './revoke-many.queries.ts'
import type { RevokeFilter } from './revoke-many-filter.ts'

type Props = {
  filter: RevokeFilter
  onChange: (change: Partial<RevokeFilter>) => void
}

const ages = ['1', '7', '30', '90', '180', '365']

/** The conditions that keys have to meet, all of them. */
export function RevokeManyFilters({ filter, onChange }: Props) {
  const creators = useQuery(creatorsQuery).data ?? []
  const isListed = creators.some(({ id }) => id === filter.createdById)
  return (
    <form role="search" aria-label="Conditions" onSubmit={(event) => event.preventDefault()}>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
        <NativeSelect
          label="Environment"
          value={filter.environment}
          onChange={({ currentTarget: { value } }) => onChange({ environment: value })}
          data={[
            { value: '', label: 'Any' },
            ...Object.entries(environmentNames).map(([value, label]) => ({ value, label })),
          ]}
        />
        <NativeSelect
          label="Made by"
          value={filter.createdById}
          onChange={({ currentTarget: { value } }) => onChange({ createdById: value })}
          data={[
            { value: '', label: 'Anyone' },
            ...creators.map(({ id, name }) => ({ value: id, label: name })),
            ...(filter.createdById !== '' && !isListed
              ? [{ value: filter.createdById, label: `Someone else (${filter.createdById})` }]
              : []),
          ]}
        />
        <NativeSelect
          label="Older than"
          value={filter.olderThanDays}
          onChange={({ currentTarget: { value } }) => onChange({ olderThanDays: value })}
          data={[
            { value: '', label: 'Any age' },
            ...withChosen(filter.olderThanDays).map((days) => ({
              value: days,
              label: days === '1' ? '1 day' : `${days} days`,
            })),
          ]}
        />
      </SimpleGrid>
      <Group mt="md" gap="lg">
        <Checkbox
          label={`Not used for ${HYGIENE_DAYS} days`}
          checked={filter.isUnused}
          onChange={({ currentTarget: { checked } }) => onChange({ isUnused: checked })}
        />
        <Checkbox
          label="Reported as leaked"
          checked={filter.isLeaked}
          onChange={({ currentTarget: { checked } }) => onChange({ isLeaked: checked })}
        />
      </Group>
    </form>
  )
}

/** An address may ask for another age. */
function withChosen(days: string): string[] {
  return days === '' || ages.includes(days) ? ages : [...ages, days]
}
