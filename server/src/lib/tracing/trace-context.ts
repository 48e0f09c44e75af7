import { AsyncLocalStorage } from 'node:async_hooks'

const storage = new AsyncLocalStorage<string>()

/** Runs work that belongs to a trace, together with all that it begins. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  return traceparent === undefined ? work() : storage.run(traceparent, work)
}

/**
 * The `traceparent` of the request for which this runs; undefined where it came without one, or where
 * nobody asked.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header §3.2
 */
export function currentTraceparent(): string | undefined {
  return storage.getStore()
}

/** Runs work that belongs to no trace. */
export function withoutTrace<T>(work: () => T): T {
  return storage.exit(work)
}
