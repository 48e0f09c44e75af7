import { readConfig } from '../../config/config.ts'
import { loadPostgres } from '../../store/copy/load-postgres.ts'
import { openCopy } from '../../store/copy/copy-file.ts'
import { putCopy } from '../../store/copy/put-copy.ts'
import { statementsOfRestore } from '../../store/adopt/restoring.ts'
import { CommandError, print, remark, type Command } from '../command.ts'
import { prepareDatabase, readFileArgs } from './data-files.ts'
import { longWork, since } from '../long-work.ts'

export const restore: Command = {
  name: 'restore',
  usage: 'FILE [--force]',
  summary:
    'put a backup in the place of the database, while no service runs on it; --force sets aside what is there (SQLite)',
  async runAlone(env, args) {
    const { path, force } = readFileArgs(args)
    const { database } = readConfig(env)
    if (database.dialect === 'sqlite' && database.path === path)
      throw new CommandError('The backup and the database are the same file')
    const startedMs = performance.now()
    const { origin, aside } = await longWork(async (control) => {
      const copy = await openCopy(path, control)
      try {
        if (database.dialect === 'sqlite') {
          const target = database.path
          return { ...copy, aside: await putCopy(path, target, { mayReplace: force, control }) }
        }
        await prepareDatabase(database, { mustExist: false })
        await loadPostgres(copy.snapshot, database.url, control, statementsOfRestore())
        return { ...copy, aside: undefined }
      } finally {
        await copy.snapshot.close()
      }
    })
    if (aside !== undefined) remark(`What was there is kept as ${aside}`)
    remark(
      `Everything is as it was at ${origin.madeAt}. A key, service token, member, invitation or backup code that was ended, limited or used since is as good again as it was then: end those again, before the service is reached. Everybody signs in again: sessions, links for a new password and widget tokens are not restored.`,
    )
    remark('Start the service with the AUTH_SECRET that it had then.')
    const { rows } = origin.tallies.api_keys
    print(`${rows.toLocaleString('en')} keys restored in ${since(startedMs)}`)
  },
}
