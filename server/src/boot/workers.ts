import { Worker } from 'node:worker_threads'
import type { Context } from '../features/context.ts'
import type { PasswordQuestion } from '../crypto/password-key.ts'
import { leaseCallsOf } from '../features/leases/leases-of-worker.ts'
import type { Turn } from '../features/people/passwords/password-queue.ts'
import type { UsageSink } from '../features/usage/write-behind/usage-log.ts'
import type { UsageBatch } from '../store/usage/batch.ts'
import type { PeerAnswers, Peers } from '../lib/threads/peers.ts'
import { peerAnswers } from './peer-answers.ts'
import { callsOver, type Calls } from '../lib/threads/port-calls.ts'
import type { WorkerCalls, WorkerData } from './worker-calls.ts'

export type Workers = {
  peers: Peers
  /** Starts the other threads that WORKERS asks for; resolves when all of them could serve. */
  prepare(ctx: Context): Promise<void>
  listen(): Promise<void>
  stop(): Promise<void>
}

/** The threads that serve beside the main one. What they share lives in the main one. */
export function workersOf(
  { budgets, leaseFlag }: Pick<WorkerData, 'budgets' | 'leaseFlag'>,
  usageSink: UsageSink,
): Workers {
  const workers: { thread: Worker; calls: Calls<WorkerCalls> }[] = []

  function ask(name: keyof PeerAnswers, asker?: number): Promise<unknown>[] {
    return workers
      .filter((_, number) => number !== asker)
      .map(({ calls }) => calls.call(name, undefined))
  }

  function prepareOne(ctx: Context, number: number): Promise<void> {
    const { config, database } = ctx
    const ports = database.connectThreads()
    const thread = new Worker(new URL('serve-worker.ts', import.meta.url), {
      workerData: { number, config, budgets, leaseFlag, ports } satisfies WorkerData,
      transferList: ports ? Object.values(ports) : [],
    })
    const answers = peerAnswers(ctx)
    const calls = callsOver<WorkerCalls>(thread, {
      writeUsage: (batch: UsageBatch) => usageSink.write(batch),
      mergeUsage: (isDoubted: boolean) => usageSink.merge(isDoubted),
      derivePasswordKey: ({ turn, ...question }: PasswordQuestion & { turn: Turn }) =>
        ctx.derivePasswordKey(question, turn),
      ...leaseCallsOf(ctx.leases),
      askOthers: ({ asker, name }: { asker: number; name: keyof PeerAnswers }) =>
        Promise.all([answers[name](), ...ask(name, asker)]),
    })
    workers.push({ thread, calls })
    return calls.call('prepare', undefined)
  }

  return {
    peers: { ask: ((name) => Promise.all(ask(name))) as Peers['ask'] },
    async prepare(ctx) {
      const others = Array.from({ length: ctx.config.workers - 1 }, (_, number) => number)
      await Promise.all(others.map((number) => prepareOne(ctx, number)))
    },
    async listen() {
      await Promise.all(workers.map(({ calls }) => calls.call('listen', undefined)))
    },
    async stop() {
      await Promise.all(workers.map(({ calls }) => calls.call('stop', undefined)))
      await Promise.all(workers.map(({ thread }) => thread.terminate()))
    },
  }
}
