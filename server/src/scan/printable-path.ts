import { lastFour } from '@zentrix/shared/keys/key-format.ts'
import type { ImportedKeys } from './imported-keys.ts'
import { secretFinder } from './secret-finder.ts'

/** A path as it may be shown: no secret in a file's name, and nothing a terminal would obey. */
export function printablePath(path: Buffer | string, imported?: ImportedKeys): string {
  return withoutImported(path.toString(), imported)
    .replace(/(nas(?:svc)?_)[0-9A-Za-z]{28}([0-9A-Za-z]{4})/g, '$1...$2')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}

function withoutImported(path: string, imported: ImportedKeys | undefined): string {
  if (!imported) return path
  const finder = secretFinder(imported)
  const found = [...finder.push(Buffer.from(path)), ...finder.end()]
  return found
    .map(({ secret }) => secret)
    .sort((a, b) => b.length - a.length) // one may be within another
    .reduce((left, secret) => left.replaceAll(secret, `...${lastFour(secret)}`), path)
}
