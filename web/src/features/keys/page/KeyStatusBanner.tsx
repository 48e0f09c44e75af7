import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Warning } from '../../../ui/feedback/Warning.tsx'

/** Says why requests with the key fail, if they do. */
export function KeyStatusBanner({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.status === 'active') return null
  return (
    <Warning>
      <Sentence apiKey={apiKey} />
    </Warning>
  )
}

/** A key that its holder revoked names no person. */
function nameOf(by: { id: string; name: string }, apiKey: ApiKey): string {
  return by.id === apiKey.id ? 'whoever had it' : by.name
}

function Sentence({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.status === 'revoked')
    return (
      <>
        <strong>This key was revoked</strong>
        {apiKey.revokedAt && (
          <>
            {' '}
            <Ago timestamp={apiKey.revokedAt} />
          </>
        )}
        {apiKey.revokedBy && ` by ${nameOf(apiKey.revokedBy, apiKey)}`}
        {apiKey.revokeReason && ` (${apiKey.revokeReason})`}. Requests with it fail with 401, for
        good.
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
