import { Button, Group } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Danger } from '../../../ui/feedback/Danger.tsx'
import type { OpenKeyDialog } from '../dialogs/key-dialog.ts'
import { isEndedByHolder } from '../key-notices.ts'
import { mayRotate } from '../rotation.ts'

type Props = { apiKey: ApiKey; mayChange: boolean; onOpenDialog: OpenKeyDialog }

/** Says where and when a key was found in public, and what to do now. */
export function LeakNotice({ apiKey, mayChange, onOpenDialog }: Props) {
  // Then the banner about its end says all there is to say.
  if (apiKey.leakedAt === null || isEndedByHolder(apiKey)) return null
  const isLive = apiKey.status === 'active'
  const mayBeRotated = mayRotate(apiKey)
  return (
    <Danger isUrgent={isLive}>
      <p>
        <strong>This key has leaked.</strong> It was found in public{' '}
        <Ago timestamp={apiKey.leakedAt} />
        <FoundAt url={apiKey.leakedUrl} />. <WhatToDo apiKey={apiKey} />
      </p>
      {mayChange && isLive && (
        <Group gap="xs" mt="sm">
          {mayBeRotated && (
            <Button
              size="xs"
              color="red"
              onClick={({ currentTarget }) =>
                onOpenDialog({ kind: 'rotate', apiKey, returnTo: currentTarget })
              }
            >
              Rotate leaked key
            </Button>
          )}
          <Button
            size="xs"
            color="red"
            variant={mayBeRotated ? 'default' : 'filled'}
            onClick={({ currentTarget }) =>
              onOpenDialog({ kind: 'revoke', apiKey, returnTo: currentTarget })
            }
          >
            Revoke leaked key
          </Button>
        </Group>
      )}
    </Danger>
  )
}

// The address comes from outside; the API only lets http and https through.
function FoundAt({ url }: { url: string | null }) {
  if (url === null) return null
  return (
    <>
      {' '}
      at{' '}
      <a href={url} target="_blank" rel="noopener noreferrer">
        {url}
      </a>
    </>
  )
}

function WhatToDo({ apiKey: { status, rotatedTo } }: { apiKey: ApiKey }) {
  if (status === 'revoked' || status === 'expired') return 'Nobody can use it any longer.'
  if (status === 'disabled') return 'It is disabled: revoke it, so that nobody enables it again.'
  if (rotatedTo !== null)
    return 'Anyone who found it can still use it. A new key has taken its place: revoke this one as soon as nothing needs it.'
  return 'Anyone who found it can use it. Rotate it, give the new key to everything that uses this one, then revoke this one at once.'
}
