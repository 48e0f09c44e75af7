import type { Context } from '../../context.ts'
import { hashSecret } from '../../../crypto/hash.ts'
import { errorCode } from '../../../lib/caught.ts'
import { claimCode } from './claim-code.ts'
import { findSignedIn, sessionClock } from '../identity/find-user-principal.ts'
import { knownBrowserCookie, signInAllowance } from './known-browser.ts'
import type { LimitFailures } from './limit-failures.ts'
import { hashForKnown } from '../passwords/passwords.ts'
import { findChallenged } from '../identity/verifications.store.ts'
import { readSignedCookie } from '../identity/session-cookie.ts'
import { SessionError } from '../identity/session-error.ts'
import { locked, wrongCodesOf } from './wrong-codes.ts'

/** The endpoints, besides sign-in itself, at which an attacker could try passwords or codes. */
export const guessPaths = [
  'change-password',
  'two-factor/enable',
  'two-factor/disable',
  'two-factor/generate-backup-codes',
  'two-factor/verify-totp',
  'two-factor/verify-backup-code',
]

const wrongGuesses = ['INVALID_PASSWORD', 'INVALID_CODE', 'INVALID_BACKUP_CODE']

type Guess = {
  path: string
  input: Record<string, unknown>
  /** The address, for counting; null where it is unknown. */
  address: string | null
  cookieHeader: string | undefined
}

type Guesser = { userId: string; email: string; isSignedIn: boolean }

/**
 * Answers an attempt with a password or a code. A wrong one counts as a failed sign-in; a code that
 * completes a sign-in makes the browser known for that account.
 *
 * @param ask sends it to better-auth, whose lock of the second factor ignores known browsers
 */
export async function answerGuess(
  ctx: Context,
  limitFailures: LimitFailures,
  { path, input, address, cookieHeader }: Guess,
  ask: (isKnownBrowser: boolean) => Promise<Response>,
): Promise<Response> {
  const guesser = await findGuesser(ctx, cookieHeader)
  if (!guesser) throw refusalOf(path)
  const { email, isSignedIn, userId } = guesser
  const { budgets, isKnownBrowser } = signInAllowance(ctx, email, address, cookieHeader)
  if (isSignedIn) hashForKnown(userId)
  const ownWrongCodes =
    isKnownBrowser && !isSignedIn ? wrongCodesOf(ctx, budgets.join()) : undefined
  await ownWrongCodes?.assertFew()
  const { response, isWrong } = await limitFailures(
    budgets,
    async () => {
      const answer = () => judge(() => ask(isKnownBrowser))
      return path === 'two-factor/verify-totp'
        ? withFreshCode(ctx, userId, String(input['code']), answer)
        : answer()
    },
    (result) => result.isWrong,
  )
  if (response.status === 429) throw locked()
  if (isWrong) await ownWrongCodes?.add()
  if (response.ok) await ownWrongCodes?.forget()
  // 400, not 401: the person stays signed in, only their input is wrong.
  if (isWrong && isSignedIn) return new Response(response.body, { status: 400 })
  if (response.ok && !isSignedIn)
    response.headers.append('Set-Cookie', knownBrowserCookie(ctx, email, cookieHeader))
  return response
}

/** The person who tries: signed in, or with a sign-in that waits for its code. */
async function findGuesser(
  ctx: Context,
  cookieHeader: string | undefined,
): Promise<Guesser | undefined> {
  const person = await findSignedIn(ctx, cookieHeader, {})
  if (person) return { ...person, isSignedIn: true }
  const challenge = readSignedCookie(ctx, cookieHeader, 'two_factor')
  if (challenge === undefined) return undefined
  const identifier = hashSecret(challenge).toString('base64url')
  const challenged = await findChallenged(ctx.committed, identifier, sessionClock())
  return challenged && { ...challenged, isSignedIn: false }
}

type Judged = { response: Response; isWrong: boolean }

async function judge(ask: () => Promise<Response>): Promise<Judged> {
  const response = await ask()
  if (response.ok) return { response, isWrong: false }
  const code = errorCode(await response.clone().json())
  return { response, isWrong: code !== undefined && wrongGuesses.includes(code) }
}

async function withFreshCode(
  ctx: Context,
  userId: string,
  code: string,
  answer: () => Promise<Judged>,
): Promise<Judged> {
  const giveBack = await claimCode(ctx, userId, code)
  if (!giveBack) return { response: wrongCode(), isWrong: true }
  let isSpent = false
  try {
    const judged = await answer()
    isSpent = judged.response.ok
    return judged
  } finally {
    if (!isSpent) await giveBack()
  }
}

// In better-auth's words, so that a used code looks like any wrong one.
function wrongCode(): Response {
  return Response.json({ code: 'INVALID_CODE', message: 'Invalid code' }, { status: 401 })
}

/** better-auth's refusal without a session, or without a sign-in that waits for its code. */
function refusalOf(path: string): SessionError {
  return path.includes('/verify-')
    ? new SessionError(401, 'INVALID_TWO_FACTOR_COOKIE', 'Invalid two factor cookie')
    : new SessionError(401, 'UNAUTHORIZED', 'Sign in to continue')
}
