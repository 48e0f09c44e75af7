import { localPath } from '@zentrix/shared/local-path.ts'
import type { Context } from '../../context.ts'
import { SessionError } from '../identity/session-error.ts'

// The cookie of a single sign-on holds two targets, and browsers keep at most 4 KiB of a cookie.
const MAX_LENGTH = 700

/** The fields that name where the browser goes next, with the code of their refusal. */
const targets: Record<string, string> = {
  callbackURL: 'INVALID_CALLBACK_URL',
  errorCallbackURL: 'INVALID_ERROR_CALLBACK_URL',
  newUserCallbackURL: 'INVALID_NEW_USER_CALLBACK_URL',
  redirectTo: 'INVALID_REDIRECT_URL',
}

/**
 * The input with its redirects checked, and written as `Location` needs them.
 *
 * @throws {SessionError} 403 for a redirect that leads elsewhere
 */
export function withOwnTargets(
  ctx: Context,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const own = { ...input }
  for (const [field, code] of Object.entries(targets)) {
    if (own[field] === undefined) continue
    const place = ownPlace(ctx, String(own[field]))
    if (place === undefined || place.length > MAX_LENGTH)
      throw new SessionError(
        403,
        code,
        `${field} must lead to a page of the portal, in at most ${MAX_LENGTH} characters`,
      )
    own[field] = place
  }
  return own
}

/** The redirect's path, or its address at PUBLIC_URL or one of PORTAL_ORIGINS; else undefined. */
function ownPlace({ config }: Context, text: string): string | undefined {
  const origin = [new URL(config.publicUrl).origin, ...config.portalOrigins].find(
    (known) => text === known || text.startsWith(`${known}/`),
  )
  if (origin === undefined) return localPath(text)
  const path = localPath(text.slice(origin.length) || '/')
  return path && origin + path
}
