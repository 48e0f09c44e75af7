import { Group, Paper, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { BusyButton } from '../fields/BusyButton.tsx'

type Props = {
  title: string
  message: string
  requestId?: string | null
  onRetry: () => void
  isRetrying?: boolean
}

/** Says what failed, and offers to try again. */
export function Failure({ title, message, requestId, onRetry, isRetrying = false }: Props) {
  return (
    <Paper withBorder p="md" radius="md" role="alert">
      <Group justify="space-between" gap="md">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconAlertTriangle
            size={20}
            color="var(--mantine-color-error)"
            style={{ flex: 'none' }}
            aria-hidden
          />
          <div>
            <Text fw={600} size="sm">
              {title}
            </Text>
            <Text size="sm" c="dimmed">
              {message}
            </Text>
            {requestId && (
              <Text size="xs" c="dimmed">
                Request {requestId}
              </Text>
            )}
          </div>
        </Group>
        <BusyButton variant="default" size="xs" onClick={onRetry} isBusy={isRetrying}>
          Try again
        </BusyButton>
      </Group>
    </Paper>
  )
}
