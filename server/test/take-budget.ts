// A thread that takes as much as it can from some budgets, and reports how often each was given.
import { parentPort, workerData } from 'node:worker_threads'
import {
  memoryRateLimiter,
  type BudgetMemory,
} from '../src/features/rate-limits/memory-rate-limiter.ts'
import type { BudgetName, BudgetState } from '../src/features/rate-limits/rate-limiter.ts'

export type TakeOrder = { names: BudgetName[]; times: number; limit: number; nowMs: number }

const limiter = memoryRateLimiter((workerData as { memory: BudgetMemory }).memory)

parentPort!.on('message', ({ names, times, limit, nowMs }: TakeOrder) => {
  const got = names.map(() => 0)
  for (let round = 0; round < times; round++)
    names.forEach((name, at) => {
      if ((limiter.take(name, limit, 1, nowMs) as BudgetState).accepted) got[at]!++
    })
  parentPort!.postMessage(got)
})
