import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault, Injected } from './fault.ts'

const DISK_MB = 16

/** Verification needs no room on the disk; a service that cannot write cannot revoke, and says so. */
const noWrites: Injected = {
  verifications: 'works',
  changes: 'fails',
  lists: 'works',
  readyz: 503,
  restart: 'works',
}

const diskFull: Fault = {
  name: 'disk full',
  database: 'sqlite',
  impossible: () =>
    process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root, to mount',
  prepareFolder() {
    const path = mkdtempSync(join(tmpdir(), 'faults-disk-'))
    must('mount', '-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', path)
    return {
      path,
      remove() {
        must('umount', '--lazy', path)
        rmSync(path, { recursive: true, force: true })
      },
    }
  },
  async inject({ folder }) {
    const filler = join(folder, 'filler')
    try {
      writeFileSync(filler, Buffer.alloc(2 * DISK_MB * 2 ** 20))
    } catch {
      // It is full now.
    }
    return { ...noWrites, heal: async () => unlinkSync(filler) }
  },
}

const fileSizeLimit: Fault = {
  name: 'files may not grow',
  database: 'sqlite',
  impossible: () => (isThere('prlimit') ? undefined : 'needs prlimit'),
  async inject({ service, folder }) {
    const { size } = statSync(join(folder, 'keys.db-wal'))
    const { pid } = service.child().process
    const limit = (bytes: string) => must('prlimit', '--pid', `${pid}`, `--fsize=${bytes}:`)
    limit(`${size}`)
    // The usage file may have room still, or none.
    return { ...noWrites, heal: async () => limit('unlimited') }
  },
}

const readOnlyFiles: Fault = {
  name: 'files made immutable',
  database: 'sqlite',
  impossible() {
    const path = join(mkdtempSync(join(tmpdir(), 'faults-')), 'probe')
    writeFileSync(path, '')
    const { status } = spawnSync('chattr', ['+i', path])
    if (status === 0) must('chattr', '-i', path)
    rmSync(join(path, '..'), { recursive: true, force: true })
    return status === 0 ? undefined : 'needs root, and a file system with chattr'
  },
  async inject({ folder }) {
    const files = ['keys.db', 'keys.db-wal', 'keys-usage.db', 'keys-usage.db-wal']
    const paths = files.map((file) => join(folder, file))
    must('chattr', '+i', ...paths)
    return { ...noWrites, heal: async () => must('chattr', '-i', ...paths) }
  },
}

function isThere(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0
}

function must(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

export const diskFaults: Fault[] = [diskFull, fileSizeLimit, readOnlyFiles]
