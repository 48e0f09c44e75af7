import type { ListenOptions } from 'node:net'
import { join } from 'node:path'
import type { FastifyListenOptions } from 'fastify'
import { buildApp } from './app.ts'
import { repositoryRoot } from '../config/repository-root.ts'
import type { Context } from '../features/context.ts'
import { startFlushing } from '../features/usage/write-behind/flush-usage.ts'
import { handOnTrace } from '../lib/tracing/hand-on-trace.ts'
import { readinessOf } from './readiness.ts'

const DRAIN_TIMEOUT_MS = 10_000

/** A thread's way of answering requests. */
export type Serving = {
  /** Takes requests from now on; several threads can listen on one port, and the system shares them out. */
  listen(): Promise<void>
  /** Takes nothing new, and finishes what is under way. */
  drain(): Promise<void>
  /** Writes what is known of uses. */
  close(): Promise<void>
}

/** Gets a thread ready to answer requests. */
export async function prepareServing(ctx: Context): Promise<Serving> {
  const { host, port, workers } = ctx.config
  const readiness = readinessOf(ctx)
  const app = await buildApp(ctx, { readiness, webRoot: join(repositoryRoot, 'web/dist') })
  const stopFlushing = startFlushing(ctx)
  handOnTrace()
  return {
    async listen() {
      // Fastify hands Node every option, but names not all of them in its types.
      const options: ListenOptions & FastifyListenOptions = { host, port, reusePort: workers > 1 }
      await app.listen(options)
    },
    async drain() {
      readiness.startDraining()
      const overdue = setTimeout(() => {
        ctx.log.error('requests were still under way after 10 seconds; ending them')
        app.server.closeAllConnections()
      }, DRAIN_TIMEOUT_MS)
      await app.close()
      clearTimeout(overdue)
    },
    close: stopFlushing,
  }
}
