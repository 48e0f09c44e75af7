import { statSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { readConfig } from '../../config/config.ts'
import { openPostgresSnapshot } from '../../store/copy/postgres-snapshot.ts'
import { openServiceSnapshot } from '../../store/copy/sqlite-snapshot.ts'
import { writeCopy, writeCopyOfSqlite, type CopyTarget } from '../../store/copy/write-copy.ts'
import { print, remark, type Command } from '../command.ts'
import { prepareDatabase, readFileArgs } from './data-files.ts'
import { longWork, since } from '../long-work.ts'

export const backup: Command = {
  name: 'backup',
  usage: 'FILE [--force]',
  summary:
    'write everything as it is now into one file, beside the running service; AUTH_SECRET is not in it. --force replaces the file',
  async runAlone(env, args) {
    const { path, force } = readFileArgs(args)
    const { database } = readConfig(env)
    // Verifications go first.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
    const startedMs = performance.now()
    const tallies = await longWork(async (control) => {
      await prepareDatabase(database, { mustExist: true })
      const madeAt = new Date().toISOString()
      const target: CopyTarget = { path, purpose: 'backup', mayReplace: force, madeAt }
      if (database.dialect === 'sqlite') {
        const snapshot = openServiceSnapshot(database.path)
        return writeCopyOfSqlite(snapshot, target, control).finally(() => snapshot.close())
      }
      const snapshot = await openPostgresSnapshot(database.url, false)
      return writeCopy(snapshot, target, control).finally(() => snapshot.close())
    })
    remark('Keep AUTH_SECRET elsewhere: it is not in the backup, which is of no use without it.')
    const megabytes = (statSync(path).size / 1e6).toFixed(1)
    const { rows } = tallies.api_keys
    print(`${rows.toLocaleString('en')} keys, ${megabytes} MB, in ${since(startedMs)}: ${path}`)
  },
}
