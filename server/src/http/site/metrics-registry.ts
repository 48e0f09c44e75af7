import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { durationBucketsSeconds, type Durations } from '../../lib/durations.ts'
import { verdictCodes, type Metrics } from '../../lib/metrics.ts'
import type { MetricJson, Peers } from '../../lib/threads/peers.ts'
import { present } from '../../lib/typed.ts'

/** The sources of the metrics. */
export type MetricSources = {
  metrics: Metrics
  usage: { lagMs(): number; dropped(): number }
  database: { pool(): Record<string, number> }
  leases: { running(): number }
  peers: Peers
}

const registryOfService = new WeakMap<MetricSources, Registry>()

// The library's own metrics are of the thread, and nothing ends what measures them, such as the
// event loop's delay: once is enough, however many services run here one after another.
let threadRegistry: Registry | undefined

/** Begins to measure what is measured over time, such as the event loop's delay. */
export function startMetrics(ctx: MetricSources): void {
  if (!threadRegistry) {
    threadRegistry = new Registry()
    collectDefaultMetrics({ register: threadRegistry })
  }
  registryOfService.set(ctx, registryOf(ctx))
}

/** The metrics of this thread, as another thread of the process can add them up. */
export async function metricsAsJson(ctx: MetricSources): Promise<MetricJson[]> {
  const registries = [threadRegistry, registryOfService.get(ctx)]
  const metrics = await Promise.all(registries.map((each) => present(each).getMetricsAsJSON()))
  return metrics.flat().map((metric) => ({ ...metric, aggregator: aggregatorOf(metric.name) }))
}

/** The metrics of the whole process, in the text format of Prometheus. */
export async function metricsOfProcess(ctx: MetricSources): Promise<string> {
  const [own, others] = await Promise.all([metricsAsJson(ctx), ctx.peers.ask('metrics')])
  return AggregatorRegistry.aggregate([own, ...others]).metrics()
}

/** Our counts add up, of delays the longest counts, and the rest is the same in all threads. */
function aggregatorOf(name: string): 'sum' | 'max' | 'first' {
  if (name.includes('_lag_')) return 'max'
  return name.startsWith('nas_') ? 'sum' : 'first'
}

function registryOf(ctx: MetricSources): Registry {
  const registry = new Registry()
  registry.registerMetric(
    new Counter({
      name: 'nas_verifications_total',
      help: 'Verifications by verdict',
      labelNames: ['code'],
      registers: [],
      collect() {
        this.reset()
        for (const code of verdictCodes) this.inc({ code }, ctx.metrics.verdicts[code])
      },
    }),
  )
  for (const durations of [verifyDurations(ctx), requestDurations(ctx)])
    registry.registerMetric(durations as never)
  registry.registerMetric(
    new Counter({
      name: 'nas_http_requests_total',
      help: 'Answered requests by route, method and status; those of no route have the route none',
      labelNames: ['route', 'method', 'status'],
      registers: [],
      collect() {
        this.reset()
        for (const { route, method, byStatus } of ctx.metrics.requests.values())
          for (const [status, count] of byStatus) this.inc({ route, method, status }, count)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'nas_usage_flush_lag_seconds',
      help: 'Age of the oldest use that is not written yet',
      registers: [],
      collect() {
        this.set(ctx.usage.lagMs() / 1000)
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'nas_usage_dropped_total',
      help: 'Uses thrown away because they could not be written for too long',
      registers: [],
      collect() {
        this.reset()
        this.inc(ctx.usage.dropped())
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'nas_rate_limiter_failures_total',
      help: 'Requests whose budget could not be counted',
      registers: [],
      collect() {
        this.reset()
        this.inc(ctx.metrics.rateLimiterFailures)
      },
    }),
  )
  for (const metric of leaseMetrics(ctx)) registry.registerMetric(metric)
  registry.registerMetric(
    new Gauge({
      name: 'nas_database_connections',
      help: 'Connections of the pool by state; on SQLite there is no pool',
      labelNames: ['state'],
      registers: [],
      collect() {
        this.reset()
        for (const [state, count] of Object.entries(ctx.database.pool())) this.set({ state }, count)
      },
    }),
  )
  return registry
}

function leaseMetrics({ metrics: { leases }, leases: { running } }: MetricSources) {
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read())
      },
    })
  return [
    gauge('nas_lease_sessions', 'Verifiers that have a lease', running),
    counter('nas_leases_granted_total', 'Leases granted or renewed', () => leases.granted),
    gauge(
      'nas_lease_longest_wait_seconds',
      'The longest time that the answer to a change waited for verifiers',
      () => leases.longestWaitSeconds,
    ),
    counter(
      'nas_lease_waits_run_out_total',
      'Changes that were answered only when a lease had run out',
      () => leases.ranOut,
    ),
  ]
}

function verifyDurations({ metrics }: MetricSources) {
  const help = 'From the question to the verdict'
  return histogram('nas_verify_duration_seconds', help, () => [{ labels: {}, durations: metrics }])
}

function requestDurations({ metrics }: MetricSources) {
  const help = 'From the arrival of a request to the end of its answer, by route and method'
  return histogram('nas_http_request_duration_seconds', help, () =>
    Array.from(metrics.requests.values(), ({ route, method, ...durations }) => ({
      labels: { route, method },
      durations,
    })),
  )
}

type Labelled = { labels: Record<string, string>; durations: Durations }

/** A histogram over counts that are kept elsewhere; the library's own needs a call for each value. */
function histogram(name: string, help: string, read: () => Labelled[]) {
  return {
    name,
    async get() {
      const values = read().flatMap(({ labels, durations }) => {
        let total = 0
        const buckets = durations.durationCounts.map((count, at) => {
          total += count
          const le = durationBucketsSeconds[at] ?? '+Inf'
          return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total }
        })
        return [
          ...buckets,
          { metricName: `${name}_sum`, labels, value: durations.durationSumSeconds },
          { metricName: `${name}_count`, labels, value: total },
        ]
      })
      return { name, help, type: 'histogram', values }
    },
  }
}
