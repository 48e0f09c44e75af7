/** A path as it may be shown: no secret in a file's name, and nothing a terminal would obey. */
export function printablePath(path: Buffer | string): string {
  return path
    .toString()
    .replace(/(nas(?:svc)?_)[0-9A-Za-z]{28}([0-9A-Za-z]{4})/g, '$1...$2')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
