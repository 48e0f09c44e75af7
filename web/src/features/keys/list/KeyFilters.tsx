import { CloseButton, NativeSelect, Tabs, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import type { KeyCounts } from '@zentrix/shared/schemas/keys.ts'
import { useState, type ReactNode } from 'react'
import { soughtSecret, type SoughtSecret } from '../../../lib/secrets/sought-secret.ts'
import classes from './KeyFilters.module.css'
import type { Maker } from './use-makers.ts'
import { useStickyHeight } from '../../../ui/tables/use-sticky-height.ts'
import { environmentNames, isEnvironment } from '../environments.ts'
import {
  hygieneNames,
  isHygiene,
  listedStatuses,
  MAX_SEARCH_LENGTH,
  type ListFilter,
} from './list-filter.ts'

const SEARCH_DELAY_MS = 250

type Props = {
  filter: ListFilter
  counts: KeyCounts | undefined
  onChange: (change: Partial<ListFilter>) => void
  /** Called with what the search holds of a secret, which is then not searched for. */
  onSecret: (sought: SoughtSecret) => void
  /** People who made keys, the reader first. */
  makers: Maker[]
  onMakersNeeded: () => void
  children: ReactNode
}

export function KeyFilters({ filter, counts, onChange, onSecret, children, ...props }: Props) {
  const bar = useStickyHeight()
  return (
    <Tabs
      value={filter.status}
      onChange={(picked) => {
        const listed = listedStatuses.find(({ value }) => value === picked)
        if (listed) onChange({ status: listed.value })
      }}
      keepMounted={false}
    >
      <div className={classes.bar} ref={bar}>
        <Tabs.List className={classes.tabs ?? ''} aria-label="Status">
          {listedStatuses.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
              {/* The place is there before the number, so that nothing moves. */}
              <span className={classes.count}>{counts?.[value].toLocaleString('en')}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className={classes.filters} role="search">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} onSecret={onSecret} />
          <div className={classes.choices}>
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
            <NativeSelect
              size="xs"
              aria-label="Creator filter"
              className={classes.choice!}
              value={filter.createdById}
              onPointerEnter={props.onMakersNeeded}
              onFocus={props.onMakersNeeded}
              onChange={({ currentTarget: { value } }) => onChange({ createdById: value })}
              data={choices('Everyone’s keys', namesOf(props.makers, filter.createdById))}
            />
            <NativeSelect
              size="xs"
              aria-label="Hygiene filter"
              className={classes.choice!}
              // It is about active keys alone; it stays, so that nothing moves.
              disabled={filter.status !== 'active'}
              value={filter.hygiene}
              onChange={({ currentTarget: { value } }) =>
                onChange({ hygiene: isHygiene(value) ? value : '' })
              }
              data={choices('Hygiene: any', hygieneNames)}
            />
            <NativeSelect
              size="xs"
              aria-label="Order"
              // The heads of the columns do this where they are shown.
              className={`${classes.choice} ${classes.order}`}
              value={filter.sort}
              onChange={({ currentTarget: { value } }) =>
                onChange({ sort: value === 'lastUsed' ? 'lastUsed' : 'created' })
              }
              data={[
                { value: 'created', label: 'Newest first' },
                { value: 'lastUsed', label: 'Last used first' },
              ]}
            />
          </div>
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

/** The chosen person stays to choose, known or not. */
function namesOf(makers: Maker[], chosen: string): Record<string, string> {
  return Object.fromEntries([
    ...(chosen === '' ? [] : [[chosen, 'Keys of one person']]),
    ...makers.map(({ id, name }, at) => [id, at === 0 ? 'My keys' : `Keys of ${name}`]),
  ])
}

type SearchProps = { q: string; onChange: (q: string) => void; onSecret: Props['onSecret'] }

function SearchField({ q, onChange, onSecret }: SearchProps) {
  const [text, setText] = useState(q)
  const [shownQ, setShownQ] = useState(q)
  const [sentQ, setSentQ] = useState(q)
  const send = (value: string) => {
    setSentQ(value)
    onChange(value)
  }
  const search = useDebouncedCallback(send, SEARCH_DELAY_MS)

  function look(value: string) {
    setText(value)
    const sought = soughtSecret(value)
    onSecret(sought)
    if (sought.kind === 'none') return search(value.trim().slice(0, MAX_SEARCH_LENGTH))
    // Its first characters, typed before, leave the address too.
    search.cancel()
    if (q !== '') send('')
  }

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
      placeholder="Label, last four, id or whole key"
      className={classes.search!}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={({ currentTarget: { value } }) => look(value)}
      leftSection={<IconSearch size={14} aria-hidden />}
      aria-keyshortcuts="/"
      rightSection={
        text === '' ? (
          <kbd className={classes.slash} aria-hidden>
            /
          </kbd>
        ) : (
          <CloseButton
            size="xs"
            aria-label="Clear search"
            onClick={() => {
              look('')
              search.cancel()
              send('')
            }}
          />
        )
      }
    />
  )
}
