import { auditVerify } from './audit-verify.ts'
import { backup } from './copy/backup.ts'
import { CommandError, print, type Command } from './command.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { move } from './copy/move.ts'
import { restore } from './copy/restore.ts'
import { scan } from './scan.ts'
import { serviceTokenCommands } from './service-token.ts'
import { resetPassword, turnOffSecondFactorCommand } from './user.ts'
import { ConfigError, readConfig } from '../config/config.ts'
import { readEnvFile } from '../config/env-file.ts'
import { WrongAuthSecretError } from '../features/widget/signing-keys.ts'
import { asError, explainFileError } from '../lib/caught.ts'
import { leasesBeside } from '../features/leases/leases-beside.ts'
import { revokeCommand } from './revoke.ts'
import { makeLogger } from '../lib/log/log.ts'
import { makeContext } from '../features/make-context.ts'
import { isOutage } from '../lib/failures.ts'
import { openDatabase } from '../store/open-database.ts'
import { DatabaseError } from '../store/interface/open-database.ts'

const commands: Command[] = [
  ...serviceTokenCommands,
  resetPassword,
  turnOffSecondFactorCommand,
  auditVerify,
  scan,
  backup,
  restore,
  move,
  importCommand,
  exportCommand,
  revokeCommand,
  doctor,
]

function help(): string {
  return [
    'Usage: npm run keys -- COMMAND',
    '',
    ...commands.map(
      ({ name, usage, summary }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${summary}`,
    ),
  ].join('\n')
}

let failureExitCode = 1

async function run(words: string[]): Promise<void> {
  const command = commands.find(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
  if (!command) {
    const [first = 'help'] = words
    if (first === 'help' || first === '--help') return print(help())
    throw new CommandError(unknown(first))
  }
  failureExitCode = command.failureExitCode ?? 1
  readEnvFile(process.env['ENV_FILE'])
  const args = words.slice(command.name.split(' ').length)
  try {
    await ('runAlone' in command ? command.runAlone(process.env, args) : runBeside(command, args))
  } catch (error) {
    const { code, message } = asError(error)
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
    throw new CommandError(`${message}. Usage: ${command.name} ${command.usage}`.trimEnd())
  }
}

function unknown(word: string): string {
  const alike = commands.map(({ name }) => name).filter((name) => name.startsWith(`${word} `))
  return alike.length === 0
    ? 'There is no such command: `npm run keys` lists those there are'
    : `There is no such command. Perhaps one of: ${alike.join(', ')}`
}

/** Opens what a command needs, as the service does. */
async function runBeside(
  command: Extract<Command, { run: unknown }>,
  args: string[],
): Promise<void> {
  const config = readConfig(process.env)
  const log = makeLogger('warn', process.stderr)
  // Beside a running service: SQLite lets several processes write, one after the other.
  // A database made here would look like a service that nobody uses, where DATABASE_URL is wrong.
  const mustExist = !command.mayMakeDatabase
  const database = await openDatabase(config.database, { as: 'command', mustExist })
  try {
    const leases = leasesBeside(database)
    const ctx = await makeContext(config, database, log, Date.now, { leases })
    await command.run(ctx, args, process.env)
    await ctx.usage.close()
  } finally {
    await database.close()
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode
  return error instanceof ConfigError ? 1 : failureExitCode
}

function explain(error: unknown): string {
  const isForOperator = [CommandError, ConfigError, DatabaseError, WrongAuthSecretError].some(
    (kind) => error instanceof kind,
  )
  const { message, stack, path } = asError(error)
  if (isForOperator) return message
  if (isOutage(error)) return `Cannot use the database: ${message}`
  if (path !== undefined) return `Cannot use ${path}: ${explainFileError(error)}`
  return stack ?? String(error)
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = exitCodeOf(error)
})
