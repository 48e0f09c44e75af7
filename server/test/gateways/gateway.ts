import { send, type Sent } from '../gateway-client.ts'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { startUpstream } from './upstream.ts'

/** A gateway with the configuration we ship. */
export type Gateway = {
  /** Starts it until the test has finished; a service may take 1 second. */
  start: (options: {
    /** `host:port` of the key service. */
    keys: string
    /** `host:port` of the service behind the gateway. */
    service: string
    serviceToken: string
    /** The scopes that a key needs to get through. */
    scopes: string[]
  }) => Promise<{ address: string }>
  /** The answers that its client gets when something is broken. */
  statusWhen: {
    keyServiceIsDead: number
    keyServiceHangs: number
    serviceIsDead: number
    serviceHangs: number
    tokenIsRefused: number
  }
  /** The address that it gives for a client on its own machine. */
  loopbackIsToldAs?: string
  /** How long it may wait for a key service that hangs. */
  keyServiceMayTakeMs: number
}

type Surroundings = { scopes?: string[]; serviceToken?: string; keys?: string }

/** Starts the key service, a service that records what reaches it, and the gateway between. */
export async function prepare(
  gateway: Gateway,
  { scopes = [], serviceToken, keys }: Surroundings = {},
) {
  const api = await testApi({ env: { TRUST_PROXY: '1' } })
  const service = await startUpstream()
  const { address } = await gateway.start({
    keys: keys ?? new URL(api.address).host,
    service: service.address,
    serviceToken: serviceToken ?? (await api.serviceToken({ scopes: ['keys:verify'] })),
    scopes,
  })
  const owner = await api.owner()
  const call = (key: string, sent: Sent = {}, path = '/orders/1') =>
    send(address, path, {
      ...sent,
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...sent.headers },
    })
  return { api, owner, service, received: service.received, address, call }
}
