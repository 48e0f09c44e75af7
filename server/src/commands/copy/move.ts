import { isDeepStrictEqual, parseArgs } from 'node:util'
import { readConfig } from '../../config/config.ts'
import { moveDatabase } from '../../store/copy/move-database.ts'
import { CommandError, print, remark, type Command } from '../command.ts'
import { longWork, since } from '../long-work.ts'
import { asError } from '../../lib/caught.ts'
import type { DatabasePlace } from '../../lib/database-place.ts'

export const move: Command = {
  name: 'move',
  usage: '--from URL --to URL',
  summary:
    'copy everything from one database into another that is empty (file:… or postgres://…), while no service runs on either, and compare; an end half-way leaves the other empty',
  async runAlone(env, args) {
    const { values } = parseArgs({
      args,
      options: { from: { type: 'string' }, to: { type: 'string' } },
    })
    const from = placeOf(env, 'from', values.from)
    const to = placeOf(env, 'to', values.to)
    if (isDeepStrictEqual(from, to)) throw new CommandError('--from and --to are the same')
    const startedMs = performance.now()
    const tallies = await longWork((control) => moveDatabase(from, to, control))
    for (const [table, { rows, checksum }] of Object.entries(tallies))
      print(`${table}\t${rows}\t${checksum}`)
    remark(
      `All tables are the same on both sides, after ${since(startedMs)}. Start the service with DATABASE_URL set to the new database and the same AUTH_SECRET, and never again on the old one: what is revoked from now on is not revoked there.`,
    )
  },
}

/** Reads an option as DATABASE_URL is read. */
function placeOf(env: NodeJS.ProcessEnv, name: string, text: string | undefined): DatabasePlace {
  if (text === undefined) throw new CommandError(`--${name} is missing`)
  try {
    return readConfig({ ...env, DATABASE_URL: text }).database
  } catch (error) {
    throw new CommandError(asError(error).message.replace('DATABASE_URL', `--${name}`))
  }
}
