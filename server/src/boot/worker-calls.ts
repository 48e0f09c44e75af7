import type { Config } from '../config/config.ts'
import type { PasswordQuestion } from '../crypto/password-key.ts'
import type { Turn } from '../features/people/passwords/password-queue.ts'
import type { BudgetMemory } from '../features/rate-limits/memory-rate-limiter.ts'
import type { LeaseCalls } from '../features/leases/leases-of-worker.ts'
import type { PeerAnswers } from '../lib/threads/peers.ts'
import type { SqlitePorts } from '../store/interface/open-database.ts'
import type { UsageBatch } from '../store/usage/batch.ts'

/** The data that a worker starts with. */
export type WorkerData = {
  number: number
  config: Config
  budgets: BudgetMemory
  /** 1 while a lease may be running. */
  leaseFlag: SharedArrayBuffer
  ports: SqlitePorts | undefined
}

/** The calls that a worker makes to the main thread. */
export type MainCalls = {
  writeUsage(batch: UsageBatch): Promise<void>
  mergeUsage(isDoubted: boolean): Promise<void>
  derivePasswordKey(asked: PasswordQuestion & { turn: Turn }): Promise<string | undefined>
  askOthers(question: { asker: number; name: keyof PeerAnswers }): Promise<unknown[]>
} & LeaseCalls

/** The calls that the main thread makes to a worker. */
export type WorkerCalls = {
  prepare(): Promise<void>
  listen(): Promise<void>
  stop(): Promise<void>
} & PeerAnswers
