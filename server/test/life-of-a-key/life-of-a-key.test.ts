import fc from 'fast-check'
import { test } from 'vitest'
import { onEachDatabase } from '../../../scripts/testkit/api/kit.ts'
import { follower } from './follow.ts'
import { emptyWorld } from './world.ts'
import { steps } from './steps.ts'

// LIFE_OF_A_KEY_RUNS=5000 looks longer; LIFE_OF_A_KEY_SEED repeats what a failure printed.
const numRuns = Number(process.env['LIFE_OF_A_KEY_RUNS'] ?? 40)
const seed = process.env['LIFE_OF_A_KEY_SEED']

const TIMEOUT_MS = 180_000 + numRuns * 6000

onEachDatabase((open) => {
  test(
    'whatever happens to keys, every answer is what the model says',
    async () => {
      const api = await open({ env: { LOG_LEVEL: 'fatal' } })
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          const { take, lookAtAll } = await follower(api)
          let world = await take(emptyWorld, {
            kind: 'issue',
            fields: { label: 'First' },
            attempt: undefined,
          })
          for (const one of taken) world = await take(world, one)
          await lookAtAll(world)
        }),
        { numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
      )
    },
    TIMEOUT_MS,
  )
})
