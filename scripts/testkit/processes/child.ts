// Processes that a test starts, and never outlives.
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { devNull } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export const root = join(import.meta.dirname, '../../..')

export type Ended = { code: number | null; stdout: string; stderr: string }

export type Child = {
  process: ChildProcessByStdio<null, Readable, Readable>
  /** Its output so far, both streams in the order in which they arrived. */
  printed(): string
  ended: Promise<Ended>
}

export type Settings = Record<string, string>

// As `npm start` does. Half of what a short process costs is the compiling of its modules.
const compiled = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node') }

/** Runs a script of this repository on this Node.js, with these settings and no inherited ones. */
export function startNode(script: string, args: string[], env: Settings): Child {
  return start(process.execPath, [join(root, script), ...args], { ...compiled, ...env })
}

export function start(command: string, args: string[], env: Settings, cwd = root): Child {
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endWithTest = () => void child.kill('SIGKILL')
  process.once('exit', endWithTest)
  const text = { stdout: '', stderr: '', both: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      text.both += chunk
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('exit', endWithTest)
      resolve({ code, stdout: text.stdout, stderr: text.stderr })
    })
  })
  return { process: child, printed: () => text.both, ended }
}

/** The environment that a process needs to run at all; a developer's `.env` is not for tests. */
function inherited(): Settings {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG']
  const given = names.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(given), ENV_FILE: devNull }
}
