import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'

// A connection's peer does not change, and most connections carry many requests.
const peers = new WeakMap<Socket, string>()

/**
 * The client's address as TRUST_PROXY allows it to be known; an IPv4 address inside IPv6 is that
 * IPv4 address. What a proxy wrote that is no address counts as the proxy itself.
 */
export function clientIp(req: FastifyRequest): string {
  const { ip, socket } = req
  return ip === socket.remoteAddress || !ipaddr.isValid(ip) ? peerIp(socket) : plain(ip)
}

/** The address at the other end of a connection; an IPv4 address inside IPv6 is that IPv4 address. */
export function peerIp(socket: Socket): string {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const peer = plain(socket.remoteAddress ?? '')
  peers.set(socket, peer)
  return peer
}

function plain(ip: string): string {
  return ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : ip
}

/** Whom to count together: an IPv4 address, or the /64 that one IPv6 customer is given. */
export function addressGroup(ip: string): string {
  if (!ipaddr.IPv6.isValid(ip)) return ip
  const [a, b, c, d] = ipaddr.IPv6.parse(ip).parts
  return [a, b, c, d].map((part) => part!.toString(16)).join(':')
}
