import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'

type Props = { onRetry: () => void; children: string }

/** Stands in the place of a page that failed; it looks like one that is not there. */
export function BrokenPage({ onRetry, children }: Props) {
  return (
    <EmptyState
      Icon={IconPlugConnectedX}
      title="This page could not be shown"
      isPage
      isFailure
      action={
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {children}
    </EmptyState>
  )
}
