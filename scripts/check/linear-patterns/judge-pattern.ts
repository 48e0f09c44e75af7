import { checkSync } from 'recheck'
import type { FoundPattern } from './find-patterns.ts'

// The automaton proves; what is too large for it would only be tried with some texts.
const parameters = {
  checker: 'automaton',
  maxRepeatCount: 1000,
  maxNFASize: 1_000_000,
  timeout: 60_000,
} as const

/**
 * Judges how long a search takes in any text, from every place where it may begin.
 *
 * @returns undefined where that grows no faster than the text, else what is wrong
 */
export function judgePattern({ source, flags }: FoundPattern): string | undefined {
  process.env['RECHECK_BACKEND'] = 'pure'
  const verdict = checkSync(source, flags, parameters)
  if (verdict.status === 'safe') return undefined
  const why =
    verdict.status === 'vulnerable'
      ? `${verdict.complexity.summary}, with ${JSON.stringify(verdict.attack.string.slice(0, 80))}`
      : `not known: ${verdict.error.kind}`
  return `/${source}/${flags}: ${why}`
}
