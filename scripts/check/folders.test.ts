import { expect, test } from 'vitest'
import { findFullFolders, MAX_FILES_OF_FOLDER } from './folders.ts'

const filesOf = (folder: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${folder}/planted-${index}.ts`)

const full = filesOf('server/src/lib', MAX_FILES_OF_FOLDER)

test('a folder has so many files of its own, and no more', () => {
  expect(findFullFolders(full)).toEqual([])
  expect(findFullFolders([...full, 'server/src/lib/one-more.tsx'])).toEqual([
    `server/src/lib: ${MAX_FILES_OF_FOLDER + 1} files of its own, ${MAX_FILES_OF_FOLDER} at most`,
  ])
})

test('tests, and folders inside a folder, do not count', () => {
  const beside = ['server/src/lib/planted-0.test.ts', 'server/src/lib/log/log.ts']
  expect(findFullFolders([...full, ...beside])).toEqual([])
})

test('the list of migrations grows without a limit', () => {
  const migrations = filesOf('server/src/store/migrations', MAX_FILES_OF_FOLDER + 1)
  expect(findFullFolders(migrations)).toEqual([])
})
