import { Text } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { Ago } from '../../../ui/words/Ago.tsx'

/** The end of a sentence that began with the key. */
export function LastUse({ apiKey: { masked, lastUsedAt, lastUsedIp } }: { apiKey: ApiKey }) {
  return (
    <>
      <Text span ff="monospace" fz="inherit">
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
