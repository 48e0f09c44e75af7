import type { Context } from '../../context.ts'
import { hmac, isSameText } from '../../../crypto/hash.ts'
import { makeRandomId } from '../../../crypto/ids.ts'
import { cookieName, isSecure, readCookie } from '../identity/session-cookie.ts'

const MAX_ACCOUNTS = 5
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // browsers keep no cookie longer (RFC 6265bis §5.5)

/** A browser that has signed in before, with the accounts that it signed in to, newest first. */
type KnownBrowser = { id: string; accounts: string[] }

/** Names an account in a cookie or a budget without revealing its address. */
function accountHash(ctx: Context, email: string): string {
  const key = ctx.keyFor('sessions')
  return hmac(key, `known-browser/account/${email.toLowerCase()}`).toString('hex').slice(0, 32)
}

function sign(ctx: Context, text: string): string {
  return hmac(ctx.keyFor('sessions'), `known-browser/cookie/${text}`).toString('base64url')
}

function readKnownBrowser(
  ctx: Context,
  cookieHeader: string | undefined,
): KnownBrowser | undefined {
  const value = readCookie(cookieHeader, cookieName(ctx, 'known')) ?? ''
  const dot = value.lastIndexOf('.')
  const text = value.slice(0, Math.max(0, dot))
  if (text === '' || !isSameText(value.slice(dot + 1), sign(ctx, text))) return undefined
  const [id = '', ...accounts] = text.split('.')
  return { id, accounts }
}

/** The budgets of failed sign-ins that an attempt counts against. */
export type Allowance = { budgets: string[]; isKnownBrowser: boolean }

/**
 * The budgets that an attempt counts against. A browser that has signed in to the account before has
 * its own budget, so that strangers cannot lock anybody out.
 *
 * @param address null where it is unknown: then only the account counts, because ten wrong passwords
 *   from unknown addresses would otherwise keep out everybody
 */
export function signInAllowance(
  ctx: Context,
  email: string,
  address: string | null,
  cookieHeader: string | undefined,
): Allowance {
  const account = accountHash(ctx, email)
  const browser = readKnownBrowser(ctx, cookieHeader)
  if (browser?.accounts.includes(account))
    return { budgets: [`sign-in/browser/${browser.id}/${account}`], isKnownBrowser: true }
  const ofAddress = address === null ? [] : [`sign-in/address/${address}`]
  return { budgets: [...ofAddress, `sign-in/account/${account}`], isKnownBrowser: false }
}

/** The Set-Cookie header that makes a browser known for the account from now on. */
export function knownBrowserCookie(
  ctx: Context,
  email: string,
  cookieHeader: string | undefined,
): string {
  const account = accountHash(ctx, email)
  const before = readKnownBrowser(ctx, cookieHeader)
  const others = (before?.accounts ?? []).filter((other) => other !== account)
  const text = [before?.id ?? makeRandomId(), account, ...others.slice(0, MAX_ACCOUNTS - 1)].join(
    '.',
  )
  const attributes = `Max-Age=${MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax`
  return `${cookieName(ctx, 'known')}=${text}.${sign(ctx, text)}; ${attributes}${isSecure(ctx) ? '; Secure' : ''}`
}
