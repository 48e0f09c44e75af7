import { Group, Loader, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { describeRefusal } from '../callers/describe-refusal.ts'
import { firstUseQuery } from './first-use.queries.ts'

type Props = { issued: Pick<ApiKey, 'id' | 'scopes' | 'allowedIps'> }

/** Waits for the first request with a new key, and says what to try until it comes. */
export function FirstUse({ issued }: Props) {
  const { data, error } = useQuery(firstUseQuery(issued.id))
  if (data?.accepted)
    return (
      <Group gap="xs" role="status" wrap="nowrap">
        <IconCheck size={18} aria-hidden color="var(--portal-link)" />
        <Text size="sm" fw={600}>
          The first request came
          {data.accepted.ip !== null && ` from ${data.accepted.ip}`}: the key works.
        </Text>
      </Group>
    )
  return (
    <div>
      <Group gap="xs" role="status" wrap="nowrap">
        <Loader size={14} aria-hidden />
        <Text size="sm" fw={600}>
          Waiting for the first request …
        </Text>
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {error
          ? `It could not be looked up. ${error.message} The page goes on looking.`
          : whatToTry(data?.refused ?? null, issued)}
      </Text>
    </div>
  )
}

type Refused = Parameters<typeof describeRefusal>[0]

function whatToTry(refused: Refused | null, issued: Props['issued']): string {
  if (refused === null)
    return 'If none comes: try the curl command from your server, and look whether your program reads the variable. You can close this and go on; the key’s page says it too.'
  const { why, remedy } = describeRefusal(refused, issued)
  return `A request was refused. ${why}. ${remedy}`
}
