import { expect, inject, test } from 'vitest'
import { randomFrom } from '../../testkit/load/random.ts'
import { emptyTally, type Campaign } from './campaign.ts'

// The same choices each time; `npm run torture` makes others. How they interleave with the
// service's answers is never the same.
const seed = 1

/** Defines a test for each campaign: a short run of it breaks no promise. */
export function testCampaigns(campaigns: Campaign[]): void {
  test.each(campaigns)('$summary: no promise is broken', { timeout: 300_000 }, async (campaign) => {
    const tally = emptyTally()
    await campaign.run({
      rounds: campaign.rounds.short,
      random: randomFrom(seed),
      postgresUrl: inject('postgresUrl'),
      signal: new AbortController().signal,
      tally,
    })
    expect({ seed, violations: tally.violations }).toEqual({ seed, violations: [] })
    expect(tally.rounds).toBe(campaign.rounds.short)
  })
}
