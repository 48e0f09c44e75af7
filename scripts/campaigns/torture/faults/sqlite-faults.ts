import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Fault, Injected, Subject } from './fault.ts'
import { overwritePages } from './overwrite-pages.ts'

const keysIn = ({ folder }: Subject) => join(folder, 'keys.db')
const usageIn = ({ folder }: Subject) => join(folder, 'keys-usage.db')

/** All of it answers 503, until everything is back in its place. */
const allFails: Injected = {
  verifications: 'fails',
  changes: 'fails',
  readyz: 503,
  restart: 'works',
}

const usageAlone: Injected = {
  verifications: 'works',
  changes: 'works',
  lists: 'either',
  readyz: 200,
  heal: async () => undefined, // by itself
  restart: 'works',
}

const movedAway: Fault = {
  name: 'file of keys moved away, and back',
  database: 'sqlite',
  async inject(subject) {
    const path = keysIn(subject)
    renameSync(path, `${path}.away`)
    return { ...allFails, heal: async () => renameSync(`${path}.away`, path) }
  },
}

const removed: Fault = {
  name: 'file of keys removed',
  database: 'sqlite',
  async inject(subject) {
    rmSync(keysIn(subject))
    return { ...allFails, restart: 'refused' }
  },
}

const replaced: Fault = {
  name: 'file of keys replaced by a copy',
  database: 'sqlite',
  async inject(subject) {
    const path = keysIn(subject)
    copyFileSync(path, `${path}.copy`)
    chmodSync(`${path}.copy`, 0o600)
    renameSync(`${path}.copy`, path)
    return { ...allFails, restart: 'either' }
  },
}

const journalRemoved: Fault = {
  name: 'write-ahead log removed',
  database: 'sqlite',
  async inject(subject) {
    rmSync(`${keysIn(subject)}-wal`)
    return { ...allFails, restart: 'either' }
  },
}

const folderMoved: Fault = {
  name: 'data folder moved away, and back',
  database: 'sqlite',
  prepareFolder: () => newFolder(),
  async inject({ folder }) {
    renameSync(folder, `${folder}.away`)
    return { ...allFails, heal: async () => renameSync(`${folder}.away`, folder) }
  },
}

const folderRemoved: Fault = {
  name: 'data folder removed',
  database: 'sqlite',
  prepareFolder: () => newFolder(),
  async inject({ folder }) {
    rmSync(folder, { recursive: true })
    return { ...allFails, restart: 'either' }
  },
}

const damaged: Fault = {
  name: 'pages of the file of keys overwritten',
  database: 'sqlite',
  async inject(subject, random) {
    await throughRestart(subject)
    overwritePages(keysIn(subject), random)
    // Pages in memory or in the write-ahead log are not damaged.
    return {
      verifications: 'either',
      changes: 'either',
      readyz: 'either',
      mayEnd: false,
      restart: 'either',
    }
  },
}

const truncated: Fault = {
  name: 'file of keys truncated',
  database: 'sqlite',
  async inject(subject, random) {
    await throughRestart(subject)
    const path = keysIn(subject)
    truncateSync(path, random.chance(0.3) ? 0 : Math.floor(statSync(path).size / 2))
    return {
      verifications: 'either',
      changes: 'either',
      readyz: 'either',
      // A mapped page beyond the end of the file: the system kills the process (SIGBUS).
      mayEnd: true,
      restart: 'either',
    }
  },
}

const usageRemoved: Fault = {
  name: 'file of usage removed',
  database: 'sqlite',
  async inject(subject, random) {
    rmSync(usageIn(subject))
    if (random.chance(0.5)) rmSync(`${usageIn(subject)}-wal`, { force: true })
    return usageAlone
  },
}

const usageDamaged: Fault = {
  name: 'file of usage overwritten',
  database: 'sqlite',
  async inject(subject, random) {
    await throughRestart(subject)
    overwritePages(usageIn(subject), random, 'whole')
    return usageAlone
  },
}

const lockHeld: Fault = {
  name: 'file of keys locked by another process',
  database: 'sqlite',
  async inject(subject) {
    const other = new Sqlite(keysIn(subject), { timeout: 5000 })
    other.exec('begin immediate')
    const heal = async () => void other.close()
    return { verifications: 'works', changes: 'fails', readyz: 503, heal, restart: 'works' }
  },
}

/** Has everything moved from the write-ahead log into the file, where it can be broken. */
async function throughRestart({ service }: Subject): Promise<void> {
  await service.restart()
}

function newFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'faults-'))
  const remove = () => {
    for (const folder of [path, `${path}.away`]) rmSync(folder, { recursive: true, force: true })
  }
  return { path, remove }
}

export const sqliteFaults: Fault[] = [
  removed,
  lockHeld,
  usageRemoved,
  movedAway,
  damaged,
  usageDamaged,
  replaced,
  journalRemoved,
  folderMoved,
  folderRemoved,
  truncated,
]
