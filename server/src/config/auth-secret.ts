import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError, MIN_AUTH_SECRET_LENGTH, type Config } from './config.ts'
import { repositoryRoot } from './repository-root.ts'
import { makeAuthSecret } from '../crypto/sealing.ts'
import { fsyncPath } from '../lib/fsync-path.ts'
import { asError, errorCode } from '../lib/caught.ts'

const FILE_NAME = 'auth-secret'

/**
 * AUTH_SECRET, or outside production the one that is generated once and kept beside the SQLite
 * file (with PostgreSQL, in the data folder), readable by its owner alone.
 *
 * @param isNew whether nothing was sealed in this database yet: for what was, a new one is of no use
 * @throws {ConfigError} when neither is to be had
 */
export function authSecretFor(config: Config, isNew: boolean): string {
  if (config.authSecret !== undefined) return config.authSecret
  const path = authSecretPath(config)
  if (!isNew && !existsSync(path)) throw new ConfigError(`AUTH_SECRET ${lacks(path)}`)
  const secret = readOrGenerate(path)
  if (secret.length < MIN_AUTH_SECRET_LENGTH)
    throw new ConfigError(
      `${path} must have at least ${MIN_AUTH_SECRET_LENGTH} characters: put back the one that was generated, or delete the file`,
    )
  return secret
}

/** Says that AUTH_SECRET is neither set nor in its file. */
export function lacks(path: string): string {
  return `is not set, and ${path} is not there; put back the one that the database was made with`
}

/** Where the generated one is kept. */
export function authSecretPath({ database }: Config): string {
  const folder =
    database.dialect === 'sqlite' ? dirname(database.path) : join(repositoryRoot, 'data')
  return join(folder, FILE_NAME)
}

function readOrGenerate(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw unusable(path, error)
  }
  try {
    return generate(path)
  } catch (error) {
    throw unusable(path, error)
  }
}

// Written whole under another name first: a crash half-way must not leave half a secret, and of
// two starts at once the first one's is kept. It is on the disk before anything is sealed under
// it: after a power loss, a database without its secret would be of no use.
function generate(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${makeAuthSecret()}\n`, { mode: 0o600 })
  fsyncPath(draft)
  try {
    linkSync(draft, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  fsyncPath(dirname(path))
  return readFileSync(path, 'utf8').trim()
}

function unusable(path: string, error: unknown): ConfigError {
  return new ConfigError(`Cannot use ${path}: ${asError(error).message}`)
}
