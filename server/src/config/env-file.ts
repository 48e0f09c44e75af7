import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainFileError } from '../lib/caught.ts'
import { ConfigError } from './config.ts'
import { repositoryRoot } from './repository-root.ts'

const assignment = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=(.*)$/s
const quotes = ['"', "'", '`']

/**
 * Adds the settings of a file to the environment, which wins where both name one. Node reads it,
 * and would pass over what it cannot read: a setting that is misspelt in that way is refused here.
 *
 * @param given the file; by default `.env` beside the README, if it is there
 * @throws {ConfigError} for a file that cannot be read, or is malformed
 */
export function readEnvFile(given: string | undefined): void {
  const path = given || join(repositoryRoot, '.env')
  const text = textOf(path, given ? 'must exist' : 'may be missing')
  if (text === undefined) return
  const line = findMalformedLine(text)
  if (line !== undefined)
    throw new ConfigError(`Cannot read ${path}: line ${line} must be NAME=value, or a comment (#)`)
  process.loadEnvFile(path)
}

function textOf(path: string, presence: 'must exist' | 'may be missing'): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing && presence === 'may be missing') return undefined
    if (error instanceof TypeError) throw new ConfigError(`Cannot read ${path}: it is not in UTF-8`)
    throw new ConfigError(`Cannot read ${path}: ${explainFileError(error)}`)
  }
}

/** The number of the first line that is no setting, no part of one in quotes, and no comment. */
export function findMalformedLine(text: string): number | undefined {
  let open: { quote: string; line: number } | undefined
  for (const [at, line] of text.split('\n').entries()) {
    let rest: string | undefined = line.replace(/^[ \t]+/, '').trimEnd()
    if (open === undefined) {
      if (isBlank(rest)) continue
      rest = assignment.exec(rest)?.[1]?.trim()
      if (rest === undefined) return at + 1
      const quote = quotes.find((mark) => rest?.startsWith(mark))
      if (quote === undefined) continue
      open = { quote, line: at + 1 }
      rest = rest.slice(1)
    }
    const end = rest.indexOf(open.quote)
    if (end === -1) continue
    if (!isBlank(rest.slice(end + 1).trim())) return at + 1
    open = undefined
  }
  return open?.line
}

function isBlank(text: string): boolean {
  return text === '' || text.startsWith('#')
}
