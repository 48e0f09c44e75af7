import { posix } from 'node:path'

/** A folder of more files is two subjects: give one of them a folder of its own. */
export const MAX_FILES_OF_FOLDER = 15

/** Folders whose subject is a list that grows: every migration stays, in the order of its number. */
const listsThatGrow = ['server/src/store/migrations']

/** Folders with too many files of their own; tests stand beside what they test and do not count. */
export function findFullFolders(files: string[]): string[] {
  const counts = new Map<string, number>()
  for (const file of files.filter((one) => !/\.test\.tsx?$/.test(one))) {
    const folder = posix.dirname(file)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .filter(([folder, count]) => count > MAX_FILES_OF_FOLDER && !listsThatGrow.includes(folder))
    .map(
      ([folder, count]) => `${folder}: ${count} files of its own, ${MAX_FILES_OF_FOLDER} at most`,
    )
}
