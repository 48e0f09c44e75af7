// Runs what the portal prints, as a developer would who pastes it into a terminal.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { start } from './child.ts'

/** Runs a curl call with bash. @returns the answer's JSON */
export async function runCurl(text: string): Promise<Record<string, unknown>> {
  const dir = mkdtempSync(join(tmpdir(), 'snippet-'))
  try {
    const path = [...(hasCurl() ? [] : [standIn(dir)]), process.env['PATH']].join(delimiter)
    const { code, stdout, stderr } = await start('bash', ['-c', text], { PATH: path }).ended
    if (code !== 0) throw new Error(`bash ended with ${code}:\n${stderr}`)
    return JSON.parse(stdout) as Record<string, unknown>
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function hasCurl(): boolean {
  return spawnSync('curl', ['--version']).status === 0
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
