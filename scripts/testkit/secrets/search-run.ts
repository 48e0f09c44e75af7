import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { shapedSecret } from './known-secrets.ts'

/**
 * Vitest's global setup: the run ends with a search of PostgreSQL's write-ahead log, where each
 * test's rows were before they were changed or deleted, for the keys of all tests.
 */
export default function setup(project: TestProject): () => Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'secrets-'))
  const file = join(dir, 'issued')
  writeFileSync(file, '')
  project.provide('secretsFile', file)
  return async () => {
    const issued = new Set(readFileSync(file, 'utf8').split('\n'))
    rmSync(dir, { recursive: true })
    const { postgresUrl } = project.getProvidedContext()
    if (postgresUrl === '') return
    const found = await keysInWriteAheadLog(postgresUrl)
    const leaks = [...found].filter((key) => issued.has(key))
    if (leaks.length === 0) return
    // Thrown, it would keep the teardowns after this one from running.
    process.stderr
      .write(`PostgreSQL wrote ${leaks.length} secrets, such as ${leaks[0]!.slice(0, 12)}…
`)
    process.exitCode = 1
  }
}

async function keysInWriteAheadLog(postgresUrl: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  const { rows } = await client.query<{ data_directory: string }>('show data_directory')
  await client.end()
  const dir = join(rows[0]!.data_directory, 'pg_wal')
  const found = new Set<string>()
  for (const entry of readdirSync(dir, { withFileTypes: true }))
    if (entry.isFile())
      for (const [key] of readFileSync(join(dir, entry.name), 'latin1').matchAll(shapedSecret))
        found.add(key)
  return found
}
