import ipaddr from 'ipaddr.js'
import type { Config } from '../../config/config.ts'

/**
 * Whether a message may be sent to an address. What is in no range of public addresses could be a
 * machine of the operator's own network, which trusts us more than it would trust our customers.
 *
 * @param address IPv4 or IPv6; an IPv4 address inside IPv6 counts as that address
 */
export function mayReach(
  address: string,
  {
    isProduction,
    mayWebhooksReachPrivate,
  }: Pick<Config, 'isProduction' | 'mayWebhooksReachPrivate'>,
): boolean {
  if (!ipaddr.isValid(address)) return false
  const range = ipaddr.process(address).range()
  if (range === 'unicast' || mayWebhooksReachPrivate) return true
  return range === 'loopback' && !isProduction
}
