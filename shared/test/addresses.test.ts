import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAddressIn, readAddressBlock, readIpAddress } from '@zentrix/shared/addresses.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:443', '203.0.113.7'],
  ['[203.0.113.7]:443', '203.0.113.7'],
  ['2001:DB8:0:0::0001', '2001:db8::1'],
  ['2001:db8::1:443', '2001:db8::1:443'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25eth0]:8080', 'fe80::1'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ['::203.0.113.7', '203.0.113.7'],
  ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::', '::'],
])('%s is the address %s', (text, address) => {
  expect(readIpAddress(text)).toBe(address)
})

test.each([
  '',
  'unknown',
  '_hidden',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.07',
  '0xcb.0.113.7',
  '3405803783',
  '203.0.113.7.',
  '203.0.113.7:',
  '203.0.113.7:123456',
  '203.0.113.7 ',
  '[203.0.113.7',
  '[2001:db8::1]443',
  '2001:db8::1::2',
  '2001:db8:1',
  '12345::',
  '::ffff:203.0.113.07',
  '1:2:3:4:5:6:7:203.0.113.7',
  'fe80::1%',
  '10.0.0.0/8',
])('%j is no address', (text) => {
  expect(readIpAddress(text)).toBeNull()
})

test.each([
  ['::203.0.113.7/96', '8.8.8.8'],
  ['::ffff:203.0.113.7/24', '203.0.113.7'],
  ['::ffff:203.0.113.7/95', '203.0.113.7'],
  ['10.0.0.0/33', '10.0.0.1'],
  ['10.0.0.0/08', '10.0.0.1'],
  ['010.0.0.0/8', '8.0.0.1'],
  ['10.0.0.0/', '10.0.0.1'],
  ['10.0.0.0/8/8', '10.0.0.1'],
  ['10.0.0.1:443', '10.0.0.1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('%s is no block, so it does not hold %s', (entry) => {
  expect(readAddressBlock(entry)).toBeUndefined()
})

const group = fc.constantFrom('0', '0000', '1', 'ffff', 'FFFF', 'db8', '12345', 'g', '1.2.3.4', '')
const numbers = fc.constantFrom('0', '00', '1', '01', '255', '256', '-1', '')

test('what is an address here is one to Node, and the other way round', () => {
  const almost = fc.oneof(
    fc.array(group, { maxLength: 10 }).map((groups) => groups.join(':')),
    fc.array(numbers, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  )
  fc.assert(
    fc.property(almost, (text) => {
      fc.pre(!/^[\d.]+:\d+$/.test(text))
      const address = readIpAddress(text)
      expect(address !== null).toBe(isIP(text) !== 0)
      if (address !== null) expect(readIpAddress(address)).toBe(address)
    }),
    { numRuns: 2000 },
  )
})

const sparse = fc.constantFrom(0, 0, 1, 2, 128, 255)
const ipv4 = fc.array(sparse, { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.'))
const ipv6 = fc
  .array(sparse, { minLength: 8, maxLength: 8 })
  .map((parts) => parts.map((part) => (part * 257).toString(16)).join(':'))

test.each([
  ['ipv4', ipv4, 32],
  ['ipv6', ipv6, 128],
] as const)('a block of %s holds what it holds to Node', (kind, anyAddress, width) => {
  fc.assert(
    fc.property(anyAddress, anyAddress, fc.nat({ max: width }), (address, base, bits) => {
      // IPv4 inside IPv6 is told apart above: Node counts it as both.
      fc.pre(kind === 'ipv4' || [address, base].every((ip) => readIpAddress(ip)!.includes(':')))
      const blocks = new BlockList()
      blocks.addSubnet(base, bits, kind)
      expect(isAddressIn(address, [readAddressBlock(`${base}/${bits}`)!])).toBe(
        blocks.check(address, kind),
      )
    }),
    { numRuns: 1000 },
  )
})
