// `catch` gives an unknown value. These read it without asserting a type.

/** The thrown value as an error, with the fields that Node adds to its own. */
export function asError(thrown: unknown): NodeJS.ErrnoException {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** The code of an error, such as Node's ENOENT, SQLite's SQLITE_BUSY or PostgreSQL's 23505. */
export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

/** Why a file could not be used, in words where the system has a code for it. */
export function explainFileError(thrown: unknown): string {
  return reasons[errorCode(thrown) ?? ''] ?? asError(thrown).message
}
