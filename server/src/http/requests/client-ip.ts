import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isAddressIn, readIpAddress } from '@zentrix/shared/addresses.ts'
import type { Config } from '../../config/config.ts'
import type { Logger } from 'pino'
import { logNowAndThen } from '../../lib/log/log.ts'

type TrustedProxies = {
  /** Whether to believe what the proxy at this address, so many hops before us, wrote. */
  isBelieved(address: string | null, hop: number): boolean
  noteUnreadable(proxy: string): void
}

declare module 'fastify' {
  interface FastifyInstance {
    trustedProxies: TrustedProxies
  }
}

// A connection's peer does not change, and most connections carry many requests.
const peers = new WeakMap<Socket, string>()

/**
 * Has `clientIp` believe the proxies that TRUST_PROXY names. X-Forwarded-For is the only header of
 * theirs that counts; Fastify's own setting would believe what they say of host and protocol, too.
 */
export function trustProxies(
  app: FastifyInstance,
  { config, log }: { config: Config; log: Logger },
): void {
  const warn = logNowAndThen(
    log,
    'warn',
    'a trusted proxy sends client addresses in X-Forwarded-For that cannot be read; they count as missing',
  )
  app.decorate('trustedProxies', {
    isBelieved: believing(config.trustProxy),
    noteUnreadable: (proxy) => warn(undefined, { proxy }),
  })
}

function believing(setting: Config['trustProxy']): TrustedProxies['isBelieved'] {
  if (setting === false) return () => false
  if (typeof setting === 'number') return (_, hop) => hop < setting
  return (address) => address !== null && isAddressIn(address, setting)
}

/**
 * The client's address as TRUST_PROXY allows it to be known; null where a proxy that is believed
 * wrote something that is no address.
 */
export function clientIp({ socket, headers, server }: FastifyRequest): string | null {
  const peer = peerIp(socket)
  const forwarded = headers['x-forwarded-for']
  if (typeof forwarded !== 'string') return peer
  const { isBelieved, noteUnreadable } = server.trustedProxies
  let address = peer
  // Our peer wrote the last entry; the proxy that an entry names wrote the one before it.
  for (let hop = 0, end = forwarded.length; end >= 0 && isBelieved(address, hop); hop++) {
    const start = end === 0 ? 0 : forwarded.lastIndexOf(',', end - 1) + 1
    address = readIpAddress(forwarded.slice(start, end).trim())
    end = start - 1
  }
  if (address === null && peer !== null) noteUnreadable(peer)
  return address
}

/** The address at the other end of a connection, in its normal form. */
export function peerIp(socket: Socket): string | null {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const peer = readIpAddress(socket.remoteAddress ?? '')
  if (peer !== null) peers.set(socket, peer)
  return peer
}

/** A group of its own, for limits that shut nobody out whose input is good. */
export const ADDRESS_NOT_TOLD = 'not told'
