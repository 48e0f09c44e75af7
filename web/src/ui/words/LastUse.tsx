import { Text } from '@mantine/core'
import { Ago } from './Ago.tsx'

type Props = {
  /** A key or service token, as it is shown in lists. */
  of: { masked: string; lastUsedAt: string | null; lastUsedIp: string | null }
}

/** A sentence, or its end, that begins with a key or service token. */
export function LastUse({ of: { masked, lastUsedAt, lastUsedIp } }: Props) {
  return (
    <>
      <Text span ff="monospace" fz="inherit" c="var(--mantine-color-text)">
        {masked}
      </Text>{' '}
      {lastUsedAt ? (
        <>
          was last used <Ago timestamp={lastUsedAt} />
          {lastUsedIp && <> from {lastUsedIp}</>}.
        </>
      ) : (
        'has never been used.'
      )}
    </>
  )
}
