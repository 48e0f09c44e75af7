import { expect, test } from 'vitest'
import { DEMO_AGENT_ID, exampleSnippets, keySnippets } from './snippets.ts'

const origin = 'https://keys.example.com'
const key = `nas_${'a'.repeat(32)}`

test('the .env and the curl of a new key hold it, and code takes it from the environment', () => {
  const [env, ...calls] = keySnippets(origin, key)
  expect(env!.code).toBe(`NEURA_API_KEY=${key}`)
  expect(calls.map(({ id }) => id)).toEqual(['curl', 'node', 'python', 'php'])
  for (const { id, code } of calls) {
    expect(code.includes(key)).toBe(id === 'curl')
    expect(code.includes('NEURA_API_KEY')).toBe(id !== 'curl')
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
