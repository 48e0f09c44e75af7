/** An IPv4 address as 4 bytes in one number, or an IPv6 address as its 8 groups of 16 bits. */
type Address = number | number[]

/** All addresses that begin with the same bits as `base`. */
export type AddressBlock = { base: Address; bits: number }

const IPV4_BITS = 32
const IPV6_BITS = 128
const GROUPS = 8
const GROUP_BITS = 16
const MAPPED_BITS = 96
const MAX_GROUP_DIGITS = 4
const MAPPED = '::ffff:'

/**
 * Reads an address as sockets and proxies write it: a port, brackets or a zone are dropped, and an
 * IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
 *
 * @returns the one normal form of the address; null for text that is no address
 * @see RFC 5952
 */
export function readIpAddress(text: string): string | null {
  if (parseIpv4(text) !== undefined) return text // there is but one way to write it
  // Node writes each IPv4 peer so where it listens for both versions.
  const inside = text.startsWith(MAPPED) ? text.slice(MAPPED.length) : ''
  if (parseIpv4(inside) !== undefined) return inside
  const address = parseAddress(withoutZone(withoutPort(text)))
  return address === undefined ? null : format(address)
}

/**
 * Reads an address or a CIDR block such as `10.0.0.0/8`; bits behind the prefix do not count. A
 * block of IPv4 addresses inside IPv6 (`::ffff:10.0.0.0/104`) is that block of IPv4 addresses.
 *
 * @returns undefined for anything else, and for IPv4 inside IPv6 that readers understand differently:
 *   `::ffff:10.0.0.0/24` reaches beyond the IPv4 addresses, and so does `::10.0.0.0/96`
 */
export function readAddressBlock(text: string): AddressBlock | undefined {
  const slash = text.indexOf('/')
  const written = slash === -1 ? text : text.slice(0, slash)
  const base = parseAddress(written)
  if (base === undefined) return undefined
  const width = typeof base === 'number' ? IPV4_BITS : IPV6_BITS
  if (slash === -1) return { base, bits: width }
  const digits = text.slice(slash + 1)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(digits)) return undefined
  const isInsideIpv6 = typeof base === 'number' && written.includes(':')
  if (isInsideIpv6 && !/ffff:/i.test(written)) return undefined
  const bits = Number(digits) - (isInsideIpv6 ? MAPPED_BITS : 0)
  return bits < 0 || bits > width ? undefined : { base, bits }
}

/** The 8 numbers of an IPv6 address; undefined for any other text. */
export function ipv6Groups(text: string): number[] | undefined {
  const address = parseAddress(text)
  return typeof address === 'number' ? undefined : address
}

/** Whether an address in its normal form is in one of the blocks. */
export function isAddressIn(text: string, blocks: readonly AddressBlock[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && blocks.some((block) => isInBlock(address, block))
}

function isInBlock(address: Address, { base, bits }: AddressBlock): boolean {
  if (typeof address === 'number')
    return typeof base === 'number' && haveSameStart(address, base, bits, IPV4_BITS)
  if (typeof base === 'number') return false
  for (let at = 0; at * GROUP_BITS < bits; at++) {
    const left = Math.min(GROUP_BITS, bits - at * GROUP_BITS)
    if (!haveSameStart(address[at]!, base[at]!, left, GROUP_BITS)) return false
  }
  return true
}

function haveSameStart(a: number, b: number, bits: number, width: number): boolean {
  const size = 2 ** (width - bits)
  return Math.floor(a / size) === Math.floor(b / size)
}

function withoutPort(text: string): string {
  const inBrackets = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(text)
  return inBrackets?.[1] ?? /^([0-9.]+):[0-9]{1,5}$/.exec(text)?.[1] ?? text
}

// A zone (`fe80::1%eth0`) means something on one machine alone.
function withoutZone(text: string): string {
  const percent = text.indexOf('%')
  return percent === -1 || percent === text.length - 1 ? text : text.slice(0, percent)
}

// Written out, because a key may have a hundred addresses that are read at each verification.
function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const groups = parseIpv6(text)
  if (groups === undefined) return undefined
  const [a, b, c, d, e, f, high, low] = groups as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const isInside = f === 0xffff && (a | b | c | d | e) === 0
  return isInside ? high * 2 ** GROUP_BITS + low : groups
}

/** Four decimal numbers; one that begins with 0 would be octal to some readers. */
function parseIpv4(text: string): number | undefined {
  let address = 0
  let parts = 0
  let part = -1
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return undefined
      part = part === -1 ? digit : part * 10 + digit
      if (part > 255) return undefined
    } else {
      if (part === -1 || (at < text.length && text[at] !== '.')) return undefined
      address = address * 256 + part
      parts++
      part = -1
    }
  }
  return parts === 4 ? address : undefined
}

/** @see RFC 4291 §2.2 */
function parseIpv6(text: string): number[] | undefined {
  const groups = [0, 0, 0, 0, 0, 0, 0, 0]
  let count = 0
  let gap = text.startsWith('::') ? 0 : -1
  let at = gap === 0 ? 2 : 0
  while (at < text.length) {
    if (count === GROUPS) return undefined
    const start = at
    let group = 0
    for (let digit = hexDigit(text, at); digit !== -1; digit = hexDigit(text, ++at))
      group = group * 16 + digit
    if (at === start || at - start > MAX_GROUP_DIGITS) return undefined
    if (text[at] === '.') {
      const ipv4 = parseIpv4(text.slice(start))
      if (ipv4 === undefined || count > GROUPS - 2) return undefined
      // The old form without ffff (`::192.0.2.1`) is IPv4 inside IPv6, too.
      if (gap === 0 && count === 0) groups[count++] = 0xffff
      groups[count++] = Math.floor(ipv4 / 2 ** GROUP_BITS)
      groups[count++] = ipv4 % 2 ** GROUP_BITS
      break
    }
    groups[count++] = group
    if (at === text.length) break
    if (text[at] !== ':' || ++at === text.length) return undefined
    if (text[at] === ':') {
      if (gap !== -1) return undefined
      gap = count
      at++
    }
  }
  if (gap === -1) return count === GROUPS ? groups : undefined
  if (count === GROUPS) return undefined
  groups.copyWithin(GROUPS - (count - gap), gap, count)
  return groups.fill(0, gap, gap + GROUPS - count)
}

function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

function format(address: Address): string {
  if (typeof address === 'number')
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
  const zeros = longestZeros(address)
  const hex = address.map((group) => group.toString(16))
  if (zeros.length < 2) return hex.join(':')
  const after = zeros.start + zeros.length
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(after).join(':')}`
}

function longestZeros(groups: number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let length = 0
  groups.forEach((group, at) => {
    length = group === 0 ? length + 1 : 0
    if (length > longest.length) longest = { start: at + 1 - length, length }
  })
  return longest
}

/** The group to count an address in: an IPv4 address, or the /64 that one IPv6 customer gets. */
export function addressGroup(ip: string | null): string | null {
  const groups = ip === null ? undefined : ipv6Groups(ip)
  return groups === undefined ? ip : groups.slice(0, 4).join(':')
}
