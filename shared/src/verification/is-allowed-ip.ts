import { isAddressIn, readAddressBlock, type AddressBlock } from '../addresses.ts'

// Parsing a hundred entries costs more than the rest of a verification. The same text always means
// the same blocks, so this cache cannot be out of date.
const MAX_LISTS = 256
const lists = new Map<string, AddressBlock[]>()

/** Whether an address is in a list of addresses and CIDR blocks; an empty list allows any. */
export function isAllowedIp(allowedIps: readonly string[], ip: string | null): boolean {
  if (allowedIps.length === 0) return true
  return ip !== null && isAddressIn(ip, blocksOf(allowedIps))
}

function blocksOf(allowedIps: readonly string[]): AddressBlock[] {
  const text = allowedIps.join(' ')
  const known = lists.get(text)
  if (known !== undefined) return known
  // An entry that cannot be parsed allows no address.
  const blocks = allowedIps.map(readAddressBlock).filter((block) => block !== undefined)
  const [oldest] = lists.keys()
  if (oldest !== undefined && lists.size >= MAX_LISTS) lists.delete(oldest)
  lists.set(text, blocks)
  return blocks
}
