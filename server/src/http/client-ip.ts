import ipaddr from 'ipaddr.js'
import type { FastifyRequest } from 'fastify'

/**
 * The client's address as TRUST_PROXY allows it to be known; an IPv4 address inside IPv6 is that
 * IPv4 address. What a proxy wrote that is no address counts as the proxy itself.
 */
export function clientIp(req: FastifyRequest): string {
  const claimed = ipaddr.isValid(req.ip) ? req.ip : (req.socket.remoteAddress ?? '')
  return ipaddr.isValid(claimed) ? ipaddr.process(claimed).toString() : claimed
}

/** Whom to count together: an IPv4 address, or the /64 that one IPv6 customer is given. */
export function addressGroup(ip: string): string {
  if (!ipaddr.IPv6.isValid(ip)) return ip
  const [a, b, c, d] = ipaddr.IPv6.parse(ip).parts
  return [a, b, c, d].map((part) => part!.toString(16)).join(':')
}
