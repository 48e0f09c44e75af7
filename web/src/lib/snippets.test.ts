import { expect, test } from 'vitest'
import { DEMO_AGENT_ID, exampleSnippets, keySnippets } from './snippets.ts'

const origin = 'https://keys.example.com'
const key = `nas_${'a'.repeat(32)}`

test('each snippet of a new key holds the key, and each call its address and agent', () => {
  const [env, ...calls] = keySnippets(origin, key)
  expect(env!.code).toBe(`NEURA_API_KEY=${key}`)
  expect(calls.map(({ id }) => id)).toEqual(['curl', 'node', 'python', 'php'])
  for (const { code } of calls) {
    expect(code).toContain(key)
    expect(code).toContain(`${origin}/api/widget/token`)
    expect(code).toContain(DEMO_AGENT_ID)
  }
})

test('the documented calls take the key from the environment', () => {
  for (const { code } of exampleSnippets(origin)) {
    expect(code).toContain('NEURA_API_KEY')
    expect(code).not.toContain('nas_')
  }
})
