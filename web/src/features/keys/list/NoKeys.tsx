import { Anchor, Button } from '@mantine/core'
import { IconKey, IconPlus, IconSearchOff } from '@tabler/icons-react'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import type { KeyCounts } from '@zentrix/shared/schemas/keys.ts'
import { listedStatuses, type ListedStatus } from './list-filter.ts'

type Props = {
  status: ListedStatus
  counts: KeyCounts | undefined
  onGenerate: (() => void) | null
}

export function NoKeys({ status, counts, onGenerate }: Props) {
  if (status === 'revoked')
    return (
      <EmptyState Icon={IconKey} title="No revoked keys">
        Keys that you revoke are listed here, with when and by whom.
      </EmptyState>
    )
  if (status === 'expired')
    return (
      <EmptyState Icon={IconKey} title="No expired keys">
        Keys that reached their expiry date are listed here.
      </EmptyState>
    )
  if (counts && counts.revoked + counts.expired > 0)
    return (
      <EmptyState
        Icon={IconKey}
        title="No active keys"
        action={
          onGenerate && (
            <Button leftSection={<IconPlus size={16} />} onClick={onGenerate}>
              Generate key
            </Button>
          )
        }
      >
        Every key that was made here has been revoked or has expired.
      </EmptyState>
    )
  return (
    <EmptyState
      Icon={IconKey}
      title="No API keys yet"
      action={
        onGenerate && (
          <Button leftSection={<IconPlus size={16} />} onClick={onGenerate}>
            Generate your first key
          </Button>
        )
      }
    >
      An API key lets your server call the Agent Studio API in your organization’s name. Keep it on
      your server, never in a web page or an app.
    </EmptyState>
  )
}

type NoMatchProps = {
  status: ListedStatus
  counts: KeyCounts | undefined
  onClear: () => void
  onShow: (status: ListedStatus) => void
}

export function NoMatch({ status, counts, onClear, onShow }: NoMatchProps) {
  const others = listedStatuses.filter(({ value }) => value !== status && counts?.[value])
  return (
    <EmptyState
      Icon={IconSearchOff}
      title="No key matches"
      action={
        <Button variant="default" size="xs" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      {others.length === 0 &&
        'Search looks at labels and ids, at the last four characters of a key, and at ids of requests that were refused.'}
      {others.map(({ value }) => (
        <span key={value} style={{ display: 'block' }}>
          <Anchor component="button" type="button" fz="inherit" onClick={() => onShow(value)}>
            {matchesAmong(counts?.[value] ?? 0, value)}
          </Anchor>
        </span>
      ))}
    </EmptyState>
  )
}

function matchesAmong(count: number, status: ListedStatus): string {
  const matches = count === 1 ? '1 match' : `${count.toLocaleString('en')} matches`
  return `${matches} among the ${status} keys`
}
