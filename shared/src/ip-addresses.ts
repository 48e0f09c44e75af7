import * as z from 'zod'
import { readAddressBlock, readIpAddress } from './addresses.ts'

const MAX_LENGTH = 100

/** An address in any form that sockets and proxies write; what comes out is its normal form. */
export const IpAddress = z
  .string()
  .max(MAX_LENGTH, 'Must be an IPv4 or IPv6 address')
  .transform((text, context) => {
    const address = readIpAddress(text)
    if (address !== null) return address
    context.addIssue('Must be an IPv4 or IPv6 address')
    return z.NEVER
  })

const AllowedIp = z
  .string()
  .max(MAX_LENGTH)
  .refine(
    (text) => readAddressBlock(text) !== undefined,
    'Must be an IPv4 or IPv6 address, or a CIDR block such as 10.0.0.0/8; a block of IPv4 addresses is written as IPv4',
  )

export const AllowedIps = z.array(AllowedIp).max(100, 'At most 100 addresses').meta({
  description:
    'Addresses and CIDR blocks the key may be used from; empty means any. Bits behind the prefix do not count: 10.1.2.3/8 is 10.0.0.0/8',
})
