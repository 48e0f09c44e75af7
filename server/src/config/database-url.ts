import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { DatabasePlace } from '../lib/database-place.ts'
import { repositoryRoot } from './repository-root.ts'

/** DATABASE_URL, once its form is known to be right. Relative paths count from the repository root. */
export function readDatabaseUrl(url: string): DatabasePlace {
  if (!url.startsWith('file:')) return { dialect: 'postgres', url }
  const path = url.startsWith('file:///') ? fileURLToPath(url) : url.slice('file:'.length)
  return { dialect: 'sqlite', path: resolve(repositoryRoot, path) }
}

export const databaseUrl = z
  .string()
  .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'must be file:PATH or postgres://…')
  .default('file:./data/keys.db')
  .transform(readDatabaseUrl)
