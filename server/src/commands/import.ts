import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../config.ts'
import type { Context } from '../context.ts'
import { importKeys } from '../features/keys/import-keys.ts'
import { readLines } from '../read-lines.ts'
import { ownSqliteFile } from '../store/dialect/sqlite.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'
import { sqlitePathOf } from './data-files.ts'
import { longWork, since } from './long-work.ts'
import { readOrganization } from './organization.ts'

const MAX_LINE_BYTES = 65_536

// A running service waits up to 5 seconds for its turn to write; so many take 2 or 3.
const MAX_KEYS_BESIDE_SERVICE = 20_000

export const importCommand: Command = {
  name: 'import',
  usage: '--organization ORG FILE [--hold-writes]',
  summary:
    'import keys by hash, all in one transaction: JSON lines {sha256, label, last4, createdAt?, expiresAt?}, FILE - is standard input; says which lines it refused, and exits with 1 if any',
  async run(ctx, args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        organization: { type: 'string' },
        'hold-writes': { type: 'boolean', default: false },
      },
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
          remark(`line ${line}: ${reason}`)
        },
        beforeWriting: (count) => assertFewEnough(ctx, count, values['hold-writes']),
        progress,
        signal,
      }),
    )
    const count = (number: number) => number.toLocaleString('en')
    print(
      `${count(imported)} keys imported, ${count(refused)} lines refused, in ${since(startedMs)}`,
    )
    if (refused > 0) throw new CommandError('Not every line was imported.')
  },
}

function assertFewEnough({ config }: Context, count: number, mayHold: boolean): void {
  if (count <= MAX_KEYS_BESIDE_SERVICE || mayHold || isAlone(config.databaseUrl)) return
  throw new CommandError(
    `So many keys at once (${count}) would keep a running service from writing, also revocations, for too long: stop it, split the file, or give --hold-writes. Nothing was imported.`,
  )
}

function isAlone(databaseUrl: string): boolean {
  const path = sqlitePathOf(databaseUrl)
  const release = path === undefined ? undefined : ownSqliteFile(path)
  release?.()
  return release !== undefined
}
