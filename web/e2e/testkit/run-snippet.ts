// Runs the snippets of the portal as a developer does who pastes them into a file or a terminal.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { start, type Settings } from '../../../scripts/testkit/processes/child.ts'

/** How to run a snippet: as a file of this name, given to this program. */
const interpreters: Record<string, { file: string; program: string; install: string }> = {
  'Node.js': { file: 'snippet.mjs', program: process.execPath, install: '' },
  'Node.js, CommonJS': { file: 'snippet.cjs', program: process.execPath, install: '' },
  Python: { file: 'snippet.py', program: 'python3', install: 'apt-get install python3' },
  PHP: { file: 'snippet.php', program: 'php', install: 'apt-get install php-cli' },
}

/**
 * Whether to skip a snippet's test because its interpreter is missing; in CI the test fails instead. `.ci/run` installs it, from Debian's packages.
 */
export function isMissing(language: string): boolean {
  const { program, install } = interpreters[language] ?? { program: 'bash', install: '' }
  if (process.env['CI'] === 'true' || canRun(program)) return false
  process.stderr.write(`${program} is missing (${install}): its snippets are skipped\n`)
  return true
}

/**
 * Runs a snippet in its language.
 *
 * @throws when its interpreter is missing: a snippet that did not run may be wrong
 * @returns what it printed
 */
export async function runSnippet(
  language: string,
  text: string,
  env: Settings = {},
): Promise<string> {
  const interpreter = interpreters[language]
  if (!interpreter) throw new Error(`nothing here runs ${language}`)
  const { file, program, install } = interpreter
  if (!canRun(program))
    throw new Error(`${program} is missing, so the ${language} snippet cannot be run: ${install}`)
  return inFolder(async (dir) => {
    writeFileSync(join(dir, file), text)
    return printedBy(program, [join(dir, file)], env)
  })
}

/** Runs shell commands, curl among them. @returns what they printed */
export async function runShell(text: string, env: Settings = {}): Promise<string> {
  return inFolder(async (dir) => {
    const path = [...(canRun('curl') ? [] : [standIn(dir)]), process.env['PATH']].join(delimiter)
    return printedBy('bash', ['-c', text], { PATH: path, ...env })
  })
}

/** Runs a curl call. @returns the answer's JSON */
export async function runCurl(text: string): Promise<Record<string, unknown>> {
  return JSON.parse(await runShell(text)) as Record<string, unknown>
}

async function printedBy(program: string, args: string[], env: Settings): Promise<string> {
  const { code, stdout, stderr } = await start(program, args, env).ended
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${stderr}${stdout}`)
  return stdout
}

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'snippet-'))
  try {
    return await work(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function canRun(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

// Small systems have no curl. This one knows the three options that the snippet uses, no more.
const source = `
const { parseArgs } = require('node:util')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
  },
})
const headers = values.header.map((line) => line.split(/: (.*)/).slice(0, 2))
fetch(positionals[0], { method: values.request, headers, body: values.data })
  .then((response) => response.text())
  .then((text) => process.stdout.write(text))
`

function standIn(dir: string): string {
  writeFileSync(join(dir, 'curl.cjs'), source)
  const command = join(dir, 'curl')
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${dir}/curl.cjs" "$@"\n`)
  chmodSync(command, 0o755)
  return dir
}
