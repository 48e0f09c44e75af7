import { Checkbox, Stack, Text } from '@mantine/core'
import type { KeyInBrief, KeysToRevoke } from '@zentrix/shared/schemas/revoke-many.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { useState } from 'react'
import { formatAgo, formatDay } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { Section } from '../../../ui/page/Section.tsx'
import { environmentNames } from '../environments.ts'
import { ConfirmRevocation } from './ConfirmRevocation.tsx'
import { useRevokeMany } from './revoke-many.queries.ts'
import classes from './KeysToEnd.module.css'

type Props = {
  preview: { conditions: KeysToRevoke; keys: KeyInBrief[] }
  onLookAgain: () => void
  onEnded: (keys: KeyInBrief[]) => void
}

/** The keys that fit, those in use first; the number of the chosen ones is typed before they end. */
export function KeysToEnd({ preview: { conditions, keys }, onLookAgain, onEnded }: Props) {
  const nowMs = useNow()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [typed, setTyped] = useState('')
  const chosen = keys.filter(({ id }) => !left.has(id))
  const ids = chosen.map(({ id }) => id)
  const revoke = useRevokeMany(ids, () => onEnded(chosen))
  const isUsed = ({ lastUsedAt }: KeyInBrief) =>
    lastUsedAt !== null && nowMs - Date.parse(lastUsedAt) <= DAY_MS
  const used = keys.filter(isUsed)
  const unused = keys.filter((key) => !isUsed(key))

  if (keys.length === 0)
    return (
      <Text size="sm" role="status">
        No key fits: there is nothing to revoke.
      </Text>
    )

  function choose(id: string, isChosen: boolean) {
    const next = new Set(left)
    if (isChosen) next.delete(id)
    else next.add(id)
    setLeft(next)
    setTyped('')
  }

  function confirm(reason: string | null) {
    // With every key chosen the conditions alone say it, so that one that came meanwhile is noticed.
    const filter = left.size === 0 ? conditions : { ...conditions, ids }
    revoke.run({ filter, expect: chosen.length, ...(reason !== null && { reason }) })
  }

  const list = { left, nowMs, isDisabled: revoke.isPending, onChoose: choose }
  return (
    <Section
      title={keys.length === 1 ? '1 key fits' : `${keys.length.toLocaleString('en')} keys fit`}
      description={sentenceOfUse(used.length, keys.length)}
    >
      <Stack gap="lg">
        {used.length > 0 && <KeyChoice title="Used in the last 24 hours" keys={used} {...list} />}
        {unused.length > 0 && (
          <KeyChoice title="Not used in the last 24 hours" keys={unused} {...list} />
        )}
        <ConfirmRevocation
          count={chosen.length}
          failure={revoke.failure}
          isPending={revoke.isPending}
          typed={typed}
          onType={setTyped}
          onConfirm={confirm}
          onLookAgain={onLookAgain}
        />
      </Stack>
    </Section>
  )
}

function sentenceOfUse(used: number, all: number): string {
  if (used === 0) return 'None of them was used in the last 24 hours.'
  if (used === all && all === 1) return 'It was used in the last 24 hours.'
  return `${used.toLocaleString('en')} of them ${used === 1 ? 'was' : 'were'} used in the last 24 hours.`
}

type ChoiceProps = {
  title: string
  keys: KeyInBrief[]
  left: ReadonlySet<string>
  nowMs: number
  isDisabled: boolean
  onChoose: (id: string, isChosen: boolean) => void
}

function KeyChoice({ title, keys, left, nowMs, isDisabled, onChoose }: ChoiceProps) {
  return (
    <fieldset className={classes.group} disabled={isDisabled}>
      <legend>
        {title} ({keys.length.toLocaleString('en')})
      </legend>
      <ul className={classes.keys}>
        {keys.map((key) => (
          <li key={key.id}>
            <Checkbox
              checked={!left.has(key.id)}
              onChange={({ currentTarget: { checked } }) => onChoose(key.id, checked)}
              label={
                <>
                  <strong>{key.label}</strong> <code>{key.masked}</code>
                </>
              }
              description={describe(key, nowMs)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  )
}

function describe(key: KeyInBrief, nowMs: number): string {
  const maker = key.createdBy === null ? 'imported' : `made by ${key.createdBy.name}`
  const from = key.lastUsedIp === null ? '' : ` from ${key.lastUsedIp}`
  const use =
    key.lastUsedAt === null ? 'never used' : `last used ${formatAgo(key.lastUsedAt, nowMs)}${from}`
  return `${environmentNames[key.environment]} · ${maker} on ${formatDay(key.createdAt)} · ${use}`
}
