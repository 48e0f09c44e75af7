import { spawn } from 'node:child_process'

/** Nothing that the repository's own settings name may run, and nothing is fetched. */
const environment = {
  GIT_ALLOW_PROTOCOL: '', // for a git that knows nothing of GIT_NO_LAZY_FETCH
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

// `log` would run gpg if the repository asked for it.
const settings = [
  '-c',
  'log.showSignature=false',
  '-c',
  'log.showRoot=true',
  '-c',
  'safe.directory=*',
  '-c',
  'core.quotePath=true',
]

export class GitError extends Error {}

/** A git folder such as `.git`, or a folder of a worktree. */
export type Repository = string | { in: string }

/**
 * The output of git about a repository, as it comes.
 *
 * @throws {GitError} when git is not installed, or fails
 */
export async function* runGit(
  repository: Repository,
  searchPath: string | undefined,
  args: string[],
): AsyncGenerator<Buffer> {
  const where = typeof repository === 'string' ? ['--git-dir', repository] : ['-C', repository.in]
  const git = spawn('git', ['--no-pager', ...where, ...settings, ...args], {
    env: { ...environment, ...(searchPath !== undefined && { PATH: searchPath }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Of an object or a store of objects that it cannot read git says so, and exits with 0.
  let hasComplained = false
  git.stderr.on('data', (text: Buffer) => {
    hasComplained ||= /\b(error|fatal): /.test(text.toString('latin1'))
  })
  const ended = new Promise<string | undefined>((done) => {
    git.on('error', () => done('git cannot be run'))
    git.on('close', (code) => {
      if (code !== 0) done(`git failed with ${code}`)
      else done(hasComplained ? 'git could not read all of it' : undefined)
    })
  })
  let isRead = false
  try {
    yield* git.stdout
    isRead = true
  } finally {
    if (!isRead) git.kill()
  }
  const failure = await ended
  if (failure !== undefined) throw new GitError(failure)
}
