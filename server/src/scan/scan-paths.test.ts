import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder, newRepository } from '../../test/git-repository.ts'
import { importedForTest } from '../../test/imported-for-test.ts'
import { makeKey, makeServiceToken } from '../crypto/secret.ts'
import { scanPaths, type ScanOptions } from './scan-paths.ts'

const SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----'

async function scan(
  paths: string | string[],
  git: ScanOptions['git'] = 'found',
  imported?: ScanOptions['imported'],
) {
  const options = { git, imported, searchPath: process.env['PATH'], tell: () => undefined }
  const tally = await scanPaths([paths].flat(), options)
  const places = Object.fromEntries(
    [...tally.secrets].map(([secret, { places: found }]) => [secret, found]),
  )
  return { ...tally, places }
}

test('files of every kind are read, wherever they lie', async () => {
  const { dir, write } = newFolder()
  const [a, b, c, d] = [makeKey(), makeKey(), makeServiceToken(), makeKey()]
  write('.env', `A=1\nKEY=${a}\n`)
  write(
    'deep/er/app.bin',
    Buffer.concat([Buffer.alloc(3_000_000, 0xee), Buffer.from(b), Buffer.of(0)]),
  )
  write(`logs/${c}.log`, '')
  write(' nas_\n\u001b[2J', d)
  const { places, files } = await scan(dir)
  expect(places).toEqual({
    [a]: [{ path: join(dir, '.env'), line: 2, column: 5 }],
    [b]: [{ path: join(dir, 'deep/er/app.bin'), line: 1, column: 3_000_001 }],
    [c]: [{ path: join(dir, `logs/nassvc_...${c.slice(-4)}.log`), line: 0, column: 0 }],
    [d]: [{ path: join(dir, ' nas_??[2J'), line: 1, column: 1 }],
  })
  expect(files).toBe(4)
  expect(await scan(join(dir, '.env'))).toMatchObject({ files: 1, places: { [a]: [{ line: 2 }] } })
})

test('a key across the end of a piece that is read is found', async () => {
  const { dir, write } = newFolder()
  const keys = Array.from({ length: 5 }, makeKey)
  const text = Buffer.alloc(6 * 1024 * 1024, '.\n')
  for (const [at, key] of keys.entries()) text.write(key, (at + 1) * 1024 * 1024 - 4 - at * 8)
  write('large', text)
  expect(Object.keys((await scan(dir)).places)).toEqual(keys)
})

test('imported keys are found across pieces, in names and in what was deleted, and shown nowhere', async () => {
  const { dir, write, git, commit } = newRepository()
  const [split, named, folder, deleted] = [
    'sk_live_split',
    'sk.named:1',
    'sk-folder-1',
    'sk/gone==',
  ]
  const imported = importedForTest([split, named, folder, deleted])
  write(`${deleted.slice(0, 2)}/old`, `KEY=${deleted}\n`)
  const first = commit()
  git('rm', '-r', '--quiet', '.')
  commit()
  const text = Buffer.alloc(2 * 1024 * 1024, '.\n')
  text.write(` ${split}`, 1024 * 1024 - 6)
  write('large', text)
  write(`${folder}/${named}.txt`, '')
  const { places } = await scan(dir, 'found', imported)
  expect(places).toEqual({
    [split]: [expect.objectContaining({ path: join(dir, 'large') })],
    [named]: [{ path: join(dir, '...er-1/...ed:1.txt'), line: 0, column: 0 }],
    [deleted]: [{ commit: first, path: 'sk/old', line: 1, column: 5 }],
  })
  expect((await scan(dir)).places).toEqual({})
  symlinkSync('large', join(dir, named))
  expect(await scan(join(dir, named), 'none', imported)).toMatchObject({ files: 1, unread: [] })
})

test('links, pipes and what cannot be read end nothing', async () => {
  const { dir, write } = newFolder()
  const key = makeKey()
  write('tree/key', key)
  const closed = write('closed/file', key)
  symlinkSync('..', join(dir, 'tree/loop'))
  symlinkSync('nowhere', join(dir, 'dangling'))
  symlinkSync(join(dir, 'tree'), join(dir, 'linked'))
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const notUtf8 = Buffer.concat([Buffer.from(join(dir, 'x')), Buffer.of(0xff)])
  writeFileSync(notUtf8, makeKey())
  chmodSync(closed, 0)
  const { places, secrets, unread } = await scan(dir)
  const isRoot = process.getuid?.() === 0
  expect(secrets.size).toBe(2)
  expect(places[key]!.map(({ path }) => path)).toContain(join(dir, 'tree/key'))
  expect(unread).toEqual(isRoot ? [] : [{ path: closed, reason: 'EACCES' }])
  expect(Object.keys((await scan(join(dir, 'linked'))).places)).toEqual([key])
  await expect(scan(join(dir, 'not-there'))).rejects.toThrow('ENOENT')
})

test('the history of a repository is read: deleted, packed, on other branches, on none', async () => {
  const { dir, write, git, commit } = newRepository()
  const keys = Array.from({ length: 7 }, makeKey)
  const [deleted, packed, onBranch, inMessage, stashed, dropped, inTag] = keys as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  write('config/.env', `KEY=${deleted}\n`)
  write('padding', 'x\n'.repeat(1000))
  const first = commit()
  write('config/.env', `\nKEY=${deleted}\nOTHER=1\n`)
  commit()
  write('config/.env', '')
  commit()
  git('checkout', '--quiet', '-b', 'other')
  write('ä b/branch.txt', `  ${onBranch}`)
  const second = commit()
  git('checkout', '--quiet', 'main')
  write('old', packed)
  const third = commit(`Add ${inMessage}`)
  git('rm', '--quiet', 'old')
  commit()
  git('tag', '--annotate', '--message', `Uses ${inTag}`, 'v1')
  git('gc', '--quiet')
  write('padding', stashed)
  git('stash', '--quiet')
  const unreachable = git('hash-object', '-w', write('../outside', dropped))

  const { places, objects } = await scan(dir)
  expect(Object.keys(places).toSorted()).toEqual(keys.toSorted())
  expect(places[deleted]).toEqual([{ commit: first, path: 'config/.env', line: 1, column: 5 }])
  expect(places[packed]).toEqual([{ commit: third, path: 'old', line: 1, column: 1 }])
  expect(places[onBranch]).toEqual([
    { commit: second, path: '"\\303\\244 b/branch.txt"', line: 1, column: 3 },
  ])
  expect(places[inMessage]).toContainEqual(
    expect.objectContaining({ path: `commit ${third}`, column: 5 }),
  )
  expect(places[stashed]).toEqual([expect.objectContaining({ path: 'padding' })])
  expect(places[dropped]).toEqual([{ path: `blob ${unreachable}`, line: 1, column: 1 }])
  expect(places[inTag]).toEqual([expect.objectContaining({ path: expect.stringMatching(/^tag /) })])
  expect(objects).toBeGreaterThan(15)
  expect((await scan(dir, 'none')).secrets.size).toBeLessThan(keys.length)
})

test('repositories within a tree are found: nested, bare, and through a worktree', async () => {
  const { dir, write, git, commit } = newRepository()
  const key = makeKey()
  write('gone', key)
  const first = commit()
  git('rm', '--quiet', 'gone')
  commit()
  const place = { commit: first, path: 'gone', line: 1, column: 1 }
  const outer = newFolder()
  git('clone', '--quiet', '--bare', dir, join(outer.dir, 'bare.git'))
  git('worktree', 'add', '--quiet', '--detach', join(outer.dir, 'worktree'))
  mkdirSync(join(outer.dir, 'worktree/folder'))
  outer.write('worktree/folder/file', '')
  for (const path of ['bare.git', 'worktree', '.'])
    expect((await scan(join(outer.dir, path))).places[key]).toContainEqual(place)

  const folder = join(outer.dir, 'worktree/folder')
  expect((await scan(folder)).places).toEqual({})
  for (const path of [folder, join(folder, 'file')])
    expect((await scan(path, 'around')).places).toEqual({ [key]: [place] })
  const { unread } = await scan(newFolder().dir, 'around')
  expect(unread).toEqual([{ path: expect.any(String), reason: 'git failed with 128' }])
})

test("a repository's own settings run nothing, and what is broken is said", async () => {
  const { dir, write, git, commit } = newRepository()
  const key = makeKey()
  write('key', key)
  const id = commit()
  const elsewhere = newFolder()
  const mark = join(elsewhere.dir, 'marks/ran')
  const program = elsewhere.write('program', `#!/bin/sh\ntouch ${mark}\n`)
  chmodSync(program, 0o755)
  mkdirSync(join(mark, '..'))
  git('config', 'log.showSignature', 'true')
  for (const name of ['gpg.program', 'core.pager', 'core.fsmonitor', 'diff.external', 'pager.log'])
    git('config', name, program)
  write('.gitattributes', '* diff=x\n')
  git('config', 'diff.x.textconv', program)
  // Only a signed commit would have its signature checked.
  const signed = git('cat-file', 'commit', id).replace('\n\n', `\ngpgsig ${SIGNATURE}\n\n`)
  git('update-ref', 'refs/heads/signed', git('hash-object', '-wt', 'commit', write('.raw', signed)))
  expect((await scan(dir)).places[key]).toContainEqual(expect.objectContaining({ path: 'key' }))
  expect(readdirSync(join(mark, '..'))).toEqual([])

  write('.git/HEAD', 'nonsense')
  const { unread, secrets } = await scan(dir)
  expect(unread).toEqual([{ path: join(dir, '.git'), reason: 'git failed with 128' }])
  expect([...secrets.keys()]).toEqual([key])
})
