import type { Finding } from './history.ts'
import type { ScheduleResult } from './schedule.ts'

const MAX_EXAMPLES = 10

/** The outcome of many schedules. */
export type Played = {
  schedules: number
  leased: number
  asked: number
  answered: number
  broken: number
  examples: (Finding & { seed: number })[]
}

export function nothingPlayed(): Played {
  return { schedules: 0, leased: 0, asked: 0, answered: 0, broken: 0, examples: [] }
}

export function addPlayed(played: Played, seed: number, result: ScheduleResult): Played {
  played.schedules++
  played.leased += result.leased
  played.asked += result.asked
  played.answered += result.answered
  if (result.findings.length > 0) played.broken++
  for (const finding of result.findings)
    if (played.examples.length < MAX_EXAMPLES) played.examples.push({ seed, ...finding })
  return played
}

export function joinPlayed(parts: readonly Played[]): Played {
  const sum = (count: (part: Played) => number) =>
    parts.reduce((total, part) => total + count(part), 0)
  return {
    schedules: sum(({ schedules }) => schedules),
    leased: sum(({ leased }) => leased),
    asked: sum(({ asked }) => asked),
    answered: sum(({ answered }) => answered),
    broken: sum(({ broken }) => broken),
    examples: parts.flatMap(({ examples }) => examples).slice(0, MAX_EXAMPLES),
  }
}
