import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import {
  hasValidChecksum,
  KEY_PREFIX,
  SERVICE_TOKEN_PREFIX,
} from '@zentrix/shared/keys/key-format.ts'

const CHUNK_BYTES = 1024 * 1024
const OVERLAP_BYTES = 128 // longer than any secret that is looked for

// A shorter text may turn up by chance.
const MIN_LENGTH = 12

/** Secrets that a service was started with, and that belong nowhere else. */
const settings = ['AUTH_SECRET', 'BOOTSTRAP_PASSWORD', 'METRICS_TOKEN', 'OIDC_CLIENT_SECRET']

/**
 * Finds secrets in the service's output and in the files beside its database, such as journals,
 * backups and reports: any text with the shape and checksum of a key or a service token, and any that
 * begins like a widget token.
 */
export function secretsLeft(dir: string, printed: string, env: Record<string, string>): string[] {
  const generated = join(dir, 'auth-secret')
  const given = settings.map((name) => env[name] ?? '')
  if (existsSync(generated)) given.push(readFileSync(generated, 'utf8').trim())
  const long = given.filter((secret) => secret.length >= MIN_LENGTH)
  const found = secretsIn(printed, long).map((secret) => `${secret} in what it printed`)
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  for (const { name, parentPath } of entries.filter((entry) => entry.isFile()))
    if (name !== 'auth-secret')
      for (const secret of secretsInFile(join(parentPath, name), long))
        found.push(`${secret} in ${name}`)
  return found
}

function secretsInFile(path: string, given: string[]): Set<string> {
  const found = new Set<string>()
  const buffer = Buffer.alloc(OVERLAP_BYTES + CHUNK_BYTES)
  const file = openSync(path, 'r')
  try {
    for (let kept = 0; ;) {
      const read = readSync(file, buffer, kept, CHUNK_BYTES, null)
      if (read === 0) return found
      const end = kept + read
      for (const secret of secretsIn(buffer.toString('latin1', 0, end), given)) found.add(secret)
      kept = Math.min(end, OVERLAP_BYTES)
      buffer.copy(buffer, 0, end - kept, end)
    }
  } finally {
    closeSync(file)
  }
}

/** The secrets in a text, shortened so that a message may show them. */
function secretsIn(text: string, given: string[]): string[] {
  const shaped = [...text.matchAll(/nas(?:svc)?_[0-9A-Za-z]{32}/g)]
    .map(([secret]) => secret)
    .filter((secret) => isIssued(secret))
  const tokens = [...text.matchAll(/eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./g)].map(([token]) => token)
  return [...shaped, ...tokens, ...given.filter((secret) => text.includes(secret))].map(
    (secret) => `${secret.slice(0, 12)}…`,
  )
}

function isIssued(secret: string): boolean {
  return hasValidChecksum(secret, KEY_PREFIX) || hasValidChecksum(secret, SERVICE_TOKEN_PREFIX)
}
