import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Block = [Address, number]

const MAPPED_PREFIX_BITS = 96

/** Whether an address is in a list of addresses and CIDR blocks; an empty list allows any. */
export function isAllowedIp(allowedIps: string[], ip: string | null): boolean {
  if (allowedIps.length === 0) return true
  if (ip === null || !ipaddr.isValid(ip)) return false
  const address = ipaddr.process(ip) // ::ffff:192.0.2.1 counts as 192.0.2.1
  return allowedIps.some((entry) => {
    const [base, bits] = toBlock(entry)
    return base.kind() === address.kind() && address.match(base, bits)
  })
}

function toBlock(entry: string): Block {
  if (!entry.includes('/')) {
    const address = ipaddr.process(entry)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  }
  const [base, bits] = ipaddr.parseCIDR(entry)
  // A block of IPv4 addresses written inside IPv6 is that block of IPv4 addresses.
  if (base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= MAPPED_PREFIX_BITS)
    return [base.toIPv4Address(), bits - MAPPED_PREFIX_BITS]
  return [base, bits]
}
