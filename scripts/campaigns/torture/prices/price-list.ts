import type { Random } from '../../../testkit/load/random.ts'
import { readOperations } from '../garbage/operations.ts'
import type { Tally } from '../campaign.ts'
import { kinds } from './dear-inputs.ts'
import { median } from './meter.ts'
import { describeRoutes, ordinaryRequest, type Route } from './ordinary.ts'
import { callers, type Caller, type Place } from './place.ts'
import { openConnection, type Asked, type Connection } from './send.ts'
import { specialRequests } from './special-inputs.ts'

/** No piece of work is longer, on the machine that the bounds were chosen on. */
export const MAX_PIECE_MS = 20
/** A request without a credential costs at most so many times what a 404 costs. */
export const MAX_TIMES_A_404 = 10

// Other work of the machine disturbs one measurement, not all of them.
const TRIES = 5
const SAMPLES_OF_404 = 9
// A 404 costs about as much as asking the meter, so that one alone would drown in it.
const SENT_PER_SAMPLE = 20
const TO_WARM_UP = 300

export type Price = {
  route: string
  caller: Caller
  kind: string
  request: Asked
  cpuMs: number
  longestMs: number
  /** The price of the same caller's ordinary request to the route. */
  ordinaryMs: number
}

export type PriceList = { prices: Price[]; notFoundMs: number; slowness: number; faults: string[] }

type Options = {
  random: Random
  signal: AbortSignal
  tally: Tally
  /** How many kinds of input each route is tried with, of each caller; all of them where undefined. */
  sample: number | undefined
}

export async function makePriceList(place: Place, options: Options): Promise<PriceList> {
  const routes = describeRoutes(place.routes, await readOperations(place.service.url))
  const connection = openConnection(place.port)
  try {
    await sendMany(connection, TO_WARM_UP)
    const notFoundMs = await priceOf404(place, connection)
    const prices: Price[] = []
    for (const route of routes)
      for (const caller of callers)
        if (!options.signal.aborted)
          prices.push(...(await pricesOf(route, caller, { place, connection, ...options })))
    const slowness = await place.meter.slowness()
    const without = routes.filter(({ name }) => prices.every(({ route }) => route !== name))
    const dear = await again(place, connection, prices, { notFoundMs, slowness })
    const faults = options.signal.aborted
      ? []
      : [...without.map(({ name }) => `${name} has no price`), ...dear]
    return { prices, notFoundMs, slowness, faults }
  } finally {
    connection.close()
  }
}

const notFound: Asked = { method: 'GET', target: '/api/nothing', headers: {} }

async function sendMany(connection: Connection, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await connection.send(notFound)
}

async function priceOf404({ meter }: Place, connection: Connection): Promise<number> {
  const samples: number[] = []
  for (let at = 0; at < SAMPLES_OF_404; at++) {
    const { cpuMs } = await meter.during(() => sendMany(connection, SENT_PER_SAMPLE))
    samples.push(cpuMs / SENT_PER_SAMPLE)
  }
  return median(samples)
}

type Search = Options & { place: Place; connection: Connection }

// Hashing passwords has a bound of its own, and is done in other threads.
const hashes = (route: string) => /(sign-(in|up)\/email|reset-password)$/.test(route)

// These hash a password or end a session, so that each is asked once.
const isOnce = (path: string) =>
  /sign-|two-factor|password|revoke-(other-)?session|set-active|leave|accept|reject/.test(path)

async function pricesOf(
  route: Route,
  caller: Caller,
  { place, connection, random, sample, tally }: Search,
): Promise<Price[]> {
  const found: Price[] = []
  let ordinaryMs = 0
  for (const [kind, request] of await requestsFor(route, caller, place, random, sample)) {
    const asked = await renewed(request)
    const { cpuMs, longestMs } = await place.meter.during(() => connection.send(asked))
    tally.requests++
    if (kind === 'ordinary') ordinaryMs = cpuMs
    found.push({ route: route.name, caller, kind, request, cpuMs, longestMs, ordinaryMs })
  }
  return found
}

async function renewed(request: Asked): Promise<Asked> {
  return request.renew === undefined ? request : request.renew()
}

async function requestsFor(
  route: Route,
  caller: Caller,
  place: Place,
  random: Random,
  sample: number | undefined,
): Promise<[kind: string, request: Asked][]> {
  const spare = isOnce(route.path) ? await place.spareSession(caller) : {}
  const ordinary = () => {
    const request = ordinaryRequest(route, caller, place, random)
    return { ...request, headers: { ...request.headers, ...spare } }
  }
  const general = Object.entries(kinds).flatMap(([kind, make]): [string, Asked][] => {
    const request = make(ordinary(), route)
    return request ? [[kind, request]] : []
  })
  const special = specialRequests(route, ordinary(), place)
  if (sample === undefined) return [...general, ...special]
  const [first, ...others] = general
  const chosen = Array.from({ length: sample }, () => random.pick(others))
  return [first!, ...chosen, ...special]
}

/**
 * Asks again what was too dear, since anything may happen once; gives what stays so. Each time what
 * it is compared with is measured again beside it, since the machine may have become slower.
 */
async function again(
  place: Place,
  connection: Connection,
  prices: Price[],
  atFirst: { notFoundMs: number; slowness: number },
): Promise<string[]> {
  const faults: string[] = []
  for (const price of prices) {
    let fault = faultOf(price, atFirst)
    for (let at = 0; at < TRIES && fault !== undefined; at++) {
      const notFoundMs = await priceOf404(place, connection)
      const asked = await renewed(price.request)
      const once = await place.meter.during(() => connection.send(asked))
      const slowness = await place.meter.slowness()
      fault = faultOf({ ...price, ...once }, { notFoundMs, slowness })
    }
    if (fault !== undefined)
      faults.push(`${price.route} as ${price.caller}, ${price.kind}: ${fault}`)
  }
  return faults
}

function faultOf(
  { route, caller, cpuMs, longestMs }: Price,
  { notFoundMs, slowness }: { notFoundMs: number; slowness: number },
): string | undefined {
  const pieceMs = MAX_PIECE_MS * slowness
  const anonymousMs = MAX_TIMES_A_404 * notFoundMs
  if (longestMs > pieceMs) return `holds the thread for ${ms(longestMs)}, not ${ms(pieceMs)}`
  if (caller === 'anonymous' && !hashes(route) && cpuMs > anonymousMs)
    return `costs ${ms(cpuMs)}, not ${ms(anonymousMs)}`
  return undefined
}

const ms = (value: number) => `${value.toFixed(2)} ms`
