import { Loader, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { useState } from 'react'
import { soughtSecret } from '../../lib/secrets/sought-secret.ts'
import { filteredKeyQuery, keySuggestionsQuery } from './audit.queries.ts'

const SEARCH_DELAY_MS = 250
const NO_SECRETS =
  'Look for a whole key in the list of keys: there it is not searched for in the open'

type Props = { keyId: string; onChange: (keyId: string) => void }

/** Finds one key among thousands by its label or last four. */
export function KeyChoice({ keyId, onChange }: Props) {
  const chosen = useQuery(filteredKeyQuery(keyId))
  const [text, setText] = useState('')
  const [isOpen, setIsOpen] = useState(false)
  const chosenName = keyId === '' ? '' : chosen.data ? nameOf(chosen.data) : keyId
  // The field starts with the name of the chosen key; do not search for that.
  const [q] = useDebouncedValue(text === chosenName ? '' : text.trim(), SEARCH_DELAY_MS)
  const isSecret = soughtSecret(text).kind !== 'none' || soughtSecret(q).kind !== 'none'
  const found = useQuery({
    ...keySuggestionsQuery(q),
    enabled: isOpen && !isSecret,
    placeholderData: keepPreviousData,
  })
  const names = new Map(isSecret ? [] : found.data?.data.map((key) => [key.id, nameOf(key)]))
  if (keyId !== '') names.set(keyId, chosenName)
  return (
    <Select
      size="xs"
      aria-label="Key filter"
      placeholder="All keys"
      searchable
      clearable
      value={keyId === '' ? null : keyId}
      onChange={(value) => onChange(value ?? '')}
      searchValue={text}
      onSearchChange={setText}
      onDropdownOpen={() => setIsOpen(true)}
      onDropdownClose={() => setIsOpen(false)}
      data={[...names].map(([value, label]) => ({ value, label }))}
      filter={({ options }) => options} // the API has searched
      nothingFoundMessage={
        isSecret ? NO_SECRETS : found.isFetching ? <Loader size="xs" /> : 'No key matches'
      }
      comboboxProps={{ width: 280, position: 'bottom-start' }}
      maxDropdownHeight={280}
    />
  )
}

function nameOf({ label, masked }: ApiKey): string {
  return `${label} (${masked})`
}
