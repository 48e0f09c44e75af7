import * as z from 'zod'

export const IpAddress = z.union([z.ipv4(), z.ipv6()], 'Must be an IPv4 or IPv6 address')

const AllowedIp = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'Must be an IPv4 or IPv6 address, or a CIDR block such as 10.0.0.0/8',
)

export const AllowedIps = z
  .array(AllowedIp)
  .max(100, 'At most 100 addresses')
  .meta({ description: 'Addresses and CIDR blocks the key may be used from; empty means any' })
