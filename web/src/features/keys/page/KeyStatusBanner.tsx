import { Button, Group } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Warning } from '../../../ui/feedback/Warning.tsx'
import { useEnableKey } from '../dialogs/use-enable-key.ts'
import { isEndedByHolder } from '../key-notices.ts'

type Props = { apiKey: ApiKey; mayChange: boolean }

/** Says why requests with the key fail, if they do. */
export function KeyStatusBanner({ apiKey, mayChange }: Props) {
  const enable = useEnableKey(apiKey)
  if (apiKey.status === 'active') return null
  return (
    <Warning>
      <Group justify="space-between" gap="xs">
        <span>
          <HowItStands apiKey={apiKey} />
        </span>
        {mayChange && apiKey.status === 'disabled' && (
          <Button size="xs" variant="default" onClick={enable}>
            Enable key
          </Button>
        )}
      </Group>
    </Warning>
  )
}

function HowItStands({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.status === 'revoked')
    return (
      <>
        <strong>This key was revoked</strong>
        {apiKey.revokedAt && (
          <>
            {' '}
            <Ago timestamp={apiKey.revokedAt} />
          </>
        )}{' '}
        <ByWhom apiKey={apiKey} /> Requests with it fail with 401, for good.
      </>
    )
  if (apiKey.status === 'expired')
    return (
      <>
        <strong>This key expired</strong>
        {apiKey.expiresAt && (
          <>
            {' '}
            <Ago timestamp={apiKey.expiresAt} />
          </>
        )}
        . Requests with it fail with 401
        {apiKey.rotatedTo ? ': it was rotated.' : '. A later expiry brings it back.'}
      </>
    )
  return (
    <>
      <strong>This key is disabled.</strong> Requests with it fail with 401 until it is enabled
      again.
    </>
  )
}

/** The end of the sentence; a key that its holder ended names no person. */
function ByWhom({ apiKey }: { apiKey: ApiKey }) {
  const { revokedBy, revokeReason } = apiKey
  if (isEndedByHolder(apiKey)) return 'by someone who had it and reported it as leaked.'
  return (
    <>
      {revokedBy && `by ${revokedBy.name}`}
      {revokeReason && ` (${revokeReason})`}.
    </>
  )
}
