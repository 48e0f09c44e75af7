import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../config/repository-root.ts'
import type { Context } from '../features/context.ts'
import { importKeys } from '../features/keys/transfer/import-keys.ts'
import { readLines } from '../lib/reading/read-lines.ts'
import { ownSqliteFile } from '../store/sqlite/prepare-files.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'
import { longWork, since } from './long-work.ts'
import { readOrganization } from './organization.ts'

const MAX_LINE_BYTES = 65_536
const TOLD_REFUSALS = 1000

// Beside a service that waits 3 seconds for its turn to write; so many take 2 to 4.
const FEW_KEYS = 50_000

export const importCommand: Command = {
  name: 'import',
  usage: '--organization ORG FILE',
  summary:
    'import keys by hash, all in one transaction: JSON lines {sha256, label, last4, createdAt?, expiresAt?}, FILE - is standard input; says which lines it refused, and exits with 1 if any',
  mayMakeDatabase: true,
  async run(ctx, args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { organization: { type: 'string' } },
    })
    const [file, ...rest] = positionals
    if (file === undefined || rest.length > 0)
      throw new CommandError('Give one file, or - for standard input')
    const organizationId = await readOrganization(ctx, values.organization)
    const bytes = file === '-' ? process.stdin : createReadStream(resolve(repositoryRoot, file))
    let refused = 0
    const startedMs = performance.now()
    const imported = await longWork(({ progress, signal }) =>
      importKeys(ctx, operator, organizationId, readLines(bytes, MAX_LINE_BYTES), {
        refuse(line, reason) {
          refused += 1
          if (refused <= TOLD_REFUSALS) remark(`line ${line}: ${reason}`)
        },
        beforeWriting: (count) => warnOfPause(ctx, count),
        progress,
        signal,
      }),
    )
    if (refused > TOLD_REFUSALS) remark(`and ${inWords(refused - TOLD_REFUSALS)} more`)
    print(
      `${inWords(imported)} keys imported, ${inWords(refused)} lines refused, in ${since(startedMs)}`,
    )
    if (refused > 0) throw new CommandError('Not every line was imported.')
  },
}

/** On SQLite one process writes at a time; on PostgreSQL all others can, but for moments. */
function warnOfPause({ config }: Context, count: number): void {
  const { database } = config
  if (database.dialect === 'postgres' || count <= FEW_KEYS || isAlone(database.path)) return
  remark(
    `The running service verifies all the while, but ${inWords(count)} keys keep it from writing, also revocations (503), until they are in, and /readyz says so. Ctrl-C imports nothing.`,
  )
}

function isAlone(path: string): boolean {
  const release = ownSqliteFile(path)
  release?.()
  return release !== undefined
}

function inWords(count: number): string {
  return count.toLocaleString('en')
}
