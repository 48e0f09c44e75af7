import { secret } from '@zentrix/shared/text.ts'
import { invalidField } from '../../lib/errors.ts'
import type { Config } from '../../config/config.ts'
import { mayReach } from './may-reach.ts'

type Rules = Pick<Config, 'isProduction' | 'mayWebhooksReachPrivate'>

/**
 * Reads where a webhook's messages go, in the URL's normal form. The addresses of a host name are
 * judged when a connection to one is made.
 *
 * @throws {InvalidInputError} for anything but https, or http to this machine outside production
 */
export function readReceiverUrl(text: string, rules: Rules): string {
  const problem = problemWith(text, rules)
  if (problem !== undefined) throw invalidField('url', problem)
  return new URL(text).href
}

function problemWith(text: string, rules: Rules): string | undefined {
  if (!URL.canParse(text)) return 'Must be a URL such as https://example.com/webhooks'
  if (secret.test(text)) return 'Must not contain a key: a URL is no place for secrets'
  const url = new URL(text)
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal && !rules.isProduction))
    return 'Must be an https URL'
  if (url.username !== '' || url.password !== '') return 'Must not contain a user name or password'
  if (url.hash !== '') return 'Must not have a fragment'
  const address = url.hostname.replace(/^\[|\]$/g, '')
  if (isAddress(address) && !mayReach(address, rules)) return 'Must not lead to a private address'
  return undefined
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+(\.\d+){3}$/.test(host)
}
