import { Button } from '@mantine/core'
import { IconKey, IconPlus, IconSearchOff } from '@tabler/icons-react'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import type { ListedStatus } from './list-filter.ts'

type Props = { status: ListedStatus; onGenerate: (() => void) | null }

export function NoKeys({ status, onGenerate }: Props) {
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

export function NoMatch({ onClear }: { onClear: () => void }) {
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
      Search looks at labels and at the last four characters of a key.
    </EmptyState>
  )
}
