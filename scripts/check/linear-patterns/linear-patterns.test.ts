import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testApi } from '../../testkit/api/kit.ts'
import { findPatterns, type FoundPattern } from './find-patterns.ts'
import { judgePattern } from './judge-pattern.ts'

const root = join(import.meta.dirname, '../../..')
const files = globSync('{server,shared,web}/**/src/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name === 'dist',
}).filter((file) => !file.endsWith('.test.ts'))
const found = files.map((file) => ({
  file,
  ...findPatterns(readFileSync(join(root, file), 'utf8'), file.endsWith('.tsx')),
}))

describe(
  'every regular expression takes time in proportion to the text',
  { timeout: 300_000 },
  () => {
    test('those in the sources', () => {
      const slow = found.flatMap(({ file, literals }) =>
        literals.flatMap((it) => judgePattern(it) ?? []).map((why) => `${file} ${why}`),
      )
      expect(slow).toEqual([])
      // If few are found, few are judged.
      expect(found.flatMap(({ literals }) => literals).length).toBeGreaterThan(80)
    })

    test('those that the schemas bring along, as the API document shows them', async () => {
      const api = await testApi()
      const { body } = await api.request.get('/api/openapi.json').expect(200)
      const patterns = patternsIn(body)
      expect(patterns.size).toBeGreaterThan(5)
      const slow = [...patterns].flatMap((source) => judgePattern({ source, flags: 'u' }) ?? [])
      expect(slow).toEqual([])
    })

    test('and none is put together at run time, where nobody could judge it', () => {
      expect(found.flatMap(({ file, built }) => built.map((text) => `${file} ${text}`))).toEqual([])
    })
  },
)

describe('what is slow is found', () => {
  test.each<[string, FoundPattern]>([
    ['begins again at each prefix', { source: String.raw`eyJ[\w-]+\.[\w-]+\.[\w-]*`, flags: 'g' }],
    ['looks for an end from each place', { source: String.raw`\/+$`, flags: '' }],
    ['has two ways through one text', { source: '^(a|a)*$', flags: '' }],
    ['is beyond what can be judged', { source: String.raw`(a*)\1b`, flags: '' }],
  ])('a pattern that %s', (_, pattern) => {
    expect(judgePattern(pattern)).toContain(pattern.source)
  })

  test('a pattern is found wherever it stands in a file', () => {
    const text =
      'const a = <A b={/x+/u} /> // /not this/\nnew RegExp(`${a}`); z.string().regex(/y/)'
    expect(findPatterns(text, true)).toEqual({
      literals: [
        { source: 'x+', flags: 'u' },
        { source: 'y', flags: '' },
      ],
      built: ['new RegExp(`${a}`)'],
    })
  })
})

function patternsIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set()
  const own = 'pattern' in value && typeof value.pattern === 'string' ? [value.pattern] : []
  return new Set([...own, ...Object.values(value).flatMap((it) => [...patternsIn(it)])])
}
