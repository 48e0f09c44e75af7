import { startCachingProxy, type Proxy } from './caching-proxy.ts'
import { checkHistory } from './check-history.ts'
import { takeUnanswered } from '../../testkit/load/ask.ts'
import { connectionWhenUsed, type Connection } from '../../testkit/load/connection.ts'
import {
  SERVICE_TOKEN,
  startDeployment,
  type Deployment,
  type DeploymentOptions,
} from '../../testkit/load/deployment.ts'
import { breakThings, hasFaults, type FaultOptions } from './faults.ts'
import { keyPool } from '../../testkit/load/key-pool.ts'
import { lastingConnection } from '../../testkit/load/lasting-connection.ts'
import { manageApi, prepareCatalog } from './manage-api.ts'
import { manageKeys, type Aim } from './manager.ts'
import { randomFrom } from '../../testkit/load/random.ts'
import { addToTally, emptyTally, type Tally } from './tally.ts'
import { verifyWithoutPause } from './verify-client.ts'

export type RunOptions = DeploymentOptions &
  FaultOptions & {
    revocations: number
    /** Connections that verify without pause. */
    clients: number
    managers: number
    seed: number
    maxSeconds: number
    /** Ends the run before its time; everything it started is ended all the same. */
    signal?: AbortSignal | undefined
    /** Puts a cache of this age between clients and service; the run must find it. */
    cacheMs?: number | undefined
  }

export type RunReport = Tally & {
  seconds: number
  revocations: number
  /** Questions that got no answer, or a 503, while something was broken. */
  unanswered: number
}

/**
 * Starts the service, revokes keys while many verify them, and judges every answer.
 *
 * @throws when the service gives an answer that is neither a yes nor a no, or none though nothing
 *   was broken, or when time is up
 */
export async function run(options: RunOptions): Promise<RunReport> {
  const { cacheMs } = options
  const deployment = await startDeployment(options)
  const { ports, stop } = deployment
  const proxies: Proxy[] = []
  const connections = openConnections(hasFaults(options))
  const overdue = AbortSignal.timeout(options.maxSeconds * 1000)
  const signal = AbortSignal.any([overdue, ...(options.signal ? [options.signal] : [])])
  signal.addEventListener('abort', connections.closeAll)
  try {
    if (cacheMs !== undefined)
      for (const port of ports) proxies.push(await startCachingProxy(port, cacheMs))
    const askedPorts = cacheMs === undefined ? ports : proxies.map(({ port }) => port)
    // Nothing is changed through a node that reads a replica.
    const changing = options.replicaUrl === undefined ? ports : ports.slice(0, -1)
    const nodes: Nodes = {
      manage: (at) => connections.open(changing[at % changing.length]!),
      ask: (at) => connections.open(askedPorts[at % ports.length]!),
    }
    return await load(options, nodes, { ...deployment, signal })
  } finally {
    signal.removeEventListener('abort', connections.closeAll)
    connections.closeAll()
    await Promise.all(proxies.map((proxy) => proxy.close()))
    await stop()
  }
}

/** Opens a connection to a node; any number names one. */
type Nodes = Record<'manage' | 'ask', (at: number) => Promise<Connection>>

async function load(
  options: RunOptions,
  nodes: Nodes,
  { restart, signal }: Deployment & { signal: AbortSignal },
): Promise<RunReport> {
  const { clients, managers, seed } = options
  const serviceToken = SERVICE_TOKEN
  const first = await nodes.manage(0)
  await prepareCatalog(first, serviceToken)
  const tally = emptyTally()
  const pool = keyPool(({ history }) => addToTally(tally, history, checkHistory(history)))
  pool.add(await manageApi(first, serviceToken).issue('Never changed'))
  let revocations = 0
  let isBroken = hasFaults(options)
  const isOver = () => revocations >= options.revocations && !isBroken
  takeUnanswered()
  const startedAt = performance.now()

  async function manage(at: number): Promise<void> {
    const aims: Aim[] = [{ connection: await nodes.ask(at + 1), kind: 'check' }]
    for (let node = 0; node < options.nodes; node++)
      aims.push({ connection: await nodes.ask(node), kind: 'verify' })
    await manageKeys({
      api: manageApi(await nodes.manage(at), serviceToken),
      rival: manageApi(await nodes.manage(at + 1), serviceToken),
      caller: await nodes.manage(at + 1),
      aims,
      serviceToken,
      pool,
      random: randomFrom(seed + at),
      countRevocation: () => void revocations++,
      isOver,
    })
  }

  async function verify(at: number): Promise<void> {
    const kind = at % 4 === 3 ? 'check' : 'verify'
    const connection = await nodes.ask(at)
    const client = { connection, serviceToken, kind, isPipelining: at % 2 === 1 } as const
    await verifyWithoutPause(client, pool, randomFrom(seed + managers + at), isOver)
  }

  async function breakAll(): Promise<void> {
    const progress = () => revocations / options.revocations
    const { nodes: count } = options
    const running = { progress, restart, nodes: count, signal }
    await breakThings(options, running, randomFrom(seed - 1))
    isBroken = false
  }

  await Promise.all([
    breakAll(),
    ...Array.from({ length: managers }, (_, at) => manage(at)),
    ...Array.from({ length: clients }, (_, at) => verify(at)),
  ])
  pool.drain()
  const unanswered = takeUnanswered()
  if (unanswered > 0 && !hasFaults(options))
    throw new Error(`${unanswered} questions had no answer, though nothing was broken`)
  return { ...tally, revocations, unanswered, seconds: (performance.now() - startedAt) / 1000 }
}

function openConnections(areLasting: boolean) {
  const connections: Connection[] = []
  let isClosed = false
  return {
    async open(port: number): Promise<Connection> {
      const connection = areLasting ? lastingConnection(port) : connectionWhenUsed(port)
      connections.push(connection)
      if (isClosed) connection.close()
      return connection
    },
    closeAll() {
      isClosed = true
      for (const connection of connections) connection.close()
    },
  }
}
