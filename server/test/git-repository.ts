import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that is gone when the test has finished. */
export function newFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'scan-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return {
    dir,
    write(path: string, content: string | Buffer): string {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
      return join(dir, path)
    },
  }
}

/** A git repository with a history to be written. */
export function newRepository() {
  const folder = newFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder.dir, ...args], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder.dir,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  return {
    ...folder,
    git,
    /** Commits all there is. @returns the commit's id */
    commit(message = 'Change'): string {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', message)
      return git('rev-parse', 'HEAD')
    },
  }
}
