import { auditVerify } from './commands/audit-verify.ts'
import { backup } from './commands/backup.ts'
import { CommandError, print, type Command } from './commands/command.ts'
import { doctor } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { move } from './commands/move.ts'
import { restore } from './commands/restore.ts'
import { scan } from './commands/scan.ts'
import { serviceTokenCommands } from './commands/service-token.ts'
import { resetPassword, turnOffSecondFactorCommand } from './commands/user.ts'
import { ConfigError, readConfig } from './config.ts'
import { WrongAuthSecretError } from './features/widget/signing-keys.ts'
import { makeLogger } from './log.ts'
import { makeContext } from './make-context.ts'
import { DatabaseError, openDatabase } from './store/open-database.ts'

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

async function run(words: string[]): Promise<void> {
  const command = commands.find(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
  if (!command) {
    if (words.length === 0 || words[0] === 'help' || words[0] === '--help') return print(help())
    throw new CommandError(`Unknown command\n\n${help()}`)
  }
  const args = words.slice(command.name.split(' ').length)
  if ('runAlone' in command) return command.runAlone(process.env, args)
  const config = readConfig(process.env)
  const log = makeLogger('warn', process.stderr)
  // Beside a running service: SQLite lets several processes write, one after the other.
  const database = await openDatabase(config.databaseUrl, { as: 'command' })
  try {
    const ctx = await makeContext(config, database, log)
    await command.run(ctx, args, process.env)
    await ctx.usage.close()
  } finally {
    await database.close()
  }
}

function explain(error: unknown): string {
  const isForOperator = [CommandError, ConfigError, DatabaseError, WrongAuthSecretError].some(
    (kind) => error instanceof kind,
  )
  const { code, message, stack } = error as NodeJS.ErrnoException
  return isForOperator || code?.startsWith('ERR_PARSE_ARGS') ? message : (stack ?? String(error))
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
})
