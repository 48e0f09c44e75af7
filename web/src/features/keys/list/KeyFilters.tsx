import { CloseButton, NativeSelect, Tabs, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import classes from './KeyFilters.module.css'
import { environmentNames, isEnvironment } from '../environments.ts'
import {
  hygieneNames,
  isHygiene,
  listedStatuses,
  type ListedStatus,
  type ListFilter,
} from './list-filter.ts'

const SEARCH_DELAY_MS = 250

type Props = {
  filter: ListFilter
  onChange: (change: Partial<ListFilter>) => void
  children: ReactNode
}

export function KeyFilters({ filter, onChange, children }: Props) {
  return (
    <Tabs
      value={filter.status}
      onChange={(status) => onChange({ status: status as ListedStatus })}
      keepMounted={false}
    >
      <div className={classes.bar}>
        <Tabs.List className={classes.tabs!} aria-label="Status">
          {listedStatuses.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className={classes.filters} role="search">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
          <NativeSelect
            size="xs"
            aria-label="Environment filter"
            className={classes.choice!}
            value={filter.environment}
            onChange={({ currentTarget: { value } }) =>
              onChange({ environment: isEnvironment(value) ? value : '' })
            }
            data={choices('All environments', environmentNames)}
          />
          {filter.status === 'active' && (
            <NativeSelect
              size="xs"
              aria-label="Hygiene filter"
              className={classes.choice!}
              value={filter.hygiene}
              onChange={({ currentTarget: { value } }) =>
                onChange({ hygiene: isHygiene(value) ? value : '' })
              }
              data={choices('Hygiene: any', hygieneNames)}
            />
          )}
        </div>
      </div>
      {listedStatuses.map(({ value }) => (
        <Tabs.Panel key={value} value={value} tabIndex={-1}>
          {children}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

function choices(all: string, names: Record<string, string>) {
  return [
    { value: '', label: all },
    ...Object.entries(names).map(([value, label]) => ({ value, label })),
  ]
}

function SearchField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(q)
  const [shownQ, setShownQ] = useState(q)
  const [sentQ, setSentQ] = useState(q)
  const send = (value: string) => {
    setSentQ(value)
    onChange(value)
  }
  const search = useDebouncedCallback(send, SEARCH_DELAY_MS)
  // When the address changes by Back or "Clear filters", show its text. This field's own text
  // arrives in the address late, when the person may have typed on.
  if (q !== shownQ) {
    setShownQ(q)
    if (q !== sentQ) {
      setText(q)
      setSentQ(q)
    }
  }
  return (
    <TextInput
      size="xs"
      type="search"
      aria-label="Search keys"
      placeholder="Search by label or last four"
      className={classes.search!}
      maxLength={100}
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value)
        search(value.trim())
      }}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text !== '' && (
          <CloseButton
            size="xs"
            aria-label="Clear search"
            onClick={() => {
              setText('')
              search.cancel()
              send('')
            }}
          />
        )
      }
    />
  )
}
