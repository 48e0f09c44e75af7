import type { Campaign, Tally } from './campaign.ts'

export type Outcome = { campaign: Campaign; tally: Tally; seconds: number }

const SHOWN_VIOLATIONS = 20

/** The report of what was done to the service and what broke, for a person. */
export function describeCampaigns(outcomes: Outcome[], seed: number): string {
  const header = ['campaign', 'rounds', 'faults', 'crashes', 'requests', 'violations', 'seconds']
  const rows = outcomes.map(({ campaign, tally, seconds }) => [
    campaign.name,
    tally.rounds,
    tally.faults,
    tally.crashes,
    tally.requests,
    tally.violations.length,
    seconds.toFixed(0),
  ])
  const found = outcomes.flatMap(({ campaign, tally }) =>
    tally.violations
      .slice(0, SHOWN_VIOLATIONS)
      .map((violation) => `VIOLATION ${campaign.name}: ${violation}`),
  )
  const notes = outcomes.flatMap(({ campaign, tally }) =>
    tally.notes.map((note) => `${campaign.name}: ${note}`),
  )
  const replay = `seed ${seed}; npm run torture -- --seed ${seed} [--only CAMPAIGN] repeats it`
  return [...aligned([header, ...rows]), '', ...notes, ...found, replay, ''].join('\n')
}

function aligned(rows: (string | number)[][]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => String(row[at]).length)))
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const text = String(cell)
        return at === 0 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!)
      })
      .join('  '),
  )
}
