import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { checkSync } from 'recheck'
import type { FoundPattern } from './find-patterns.ts'

// The automaton proves; what is too large for it would only be tried with some texts.
const parameters = {
  checker: 'automaton',
  maxRepeatCount: 1000,
  maxNFASize: 1_000_000,
  timeout: 60_000,
} as const

const { version } = createRequire(import.meta.url)('recheck/package.json') as { version: string }
const cache = join(import.meta.dirname, '../../../node_modules/.cache/safe-patterns')

/** An empty file of this name says that the same judge has found the pattern safe before. */
function nameOf({ source, flags }: FoundPattern): string {
  const question = JSON.stringify([version, parameters, source, flags])
  return join(cache, createHash('sha256').update(question).digest('hex'))
}

/**
 * Judges how long a search takes in any text, from every place where it may begin.
 *
 * @returns undefined where that grows no faster than the text, else what is wrong
 */
export function judgePattern(pattern: FoundPattern): string | undefined {
  const { source, flags } = pattern
  const remembered = nameOf(pattern)
  if (existsSync(remembered)) return undefined
  process.env['RECHECK_BACKEND'] = 'pure'
  const verdict = checkSync(source, flags, parameters)
  if (verdict.status === 'safe') {
    mkdirSync(cache, { recursive: true })
    writeFileSync(remembered, '')
    return undefined
  }
  const why =
    verdict.status === 'vulnerable'
      ? `${verdict.complexity.summary}, with ${JSON.stringify(verdict.attack.string.slice(0, 80))}`
      : `not known: ${verdict.error.kind}`
  return `/${source}/${flags}: ${why}`
}
