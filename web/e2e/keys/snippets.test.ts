import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { decodeJwt } from './decode-jwt.ts'
import { fillNewKey, openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson } from '../testkit/person.ts'
import { isMissing, runShell, runSnippet } from '../testkit/run-snippet.ts'
import { setStage } from '../testkit/stage.ts'

const DEMO_AGENT_ID = '550e8400-e29b-41d4-a716-446655440000'
const LANGUAGES = ['Node.js', 'Node.js, CommonJS', 'Python', 'PHP']

const stage = setStage()

describe.each(['curl', ...LANGUAGES])('%s', (name) => {
  test.skipIf(isMissing(name))('the snippet of a new key prints a token', async () => {
    const { page, keyId } = await openReveal()
    const dialog = page.getByRole('dialog')
    const [variable = '', key = ''] = (await copied(page, dialog, '.env')).split('=')
    const text = await copied(page, dialog, name)
    // The curl holds the key; code takes it from the environment that the .env line made.
    expect(text.includes(key)).toBe(name === 'curl')
    const env = { [variable]: key }
    expectToken(name === 'curl' ? await runShell(text) : await runSnippet(name, text, env), keyId)
  })

  test.skipIf(isMissing(name))('the documented example prints one too', async () => {
    const person = await makePerson(stage.service)
    const { key, id } = await issueKey(stage.service, person, 'Production server')
    const { page } = await openPortal(stage, { as: person })
    await page.goto('/documentation')
    const text = await copied(page, page.getByRole('main'), name)
    // It has the key from the environment.
    const env = { NEURA_API_KEY: key }
    expectToken(name === 'curl' ? await runShell(text, env) : await runSnippet(name, text, env), id)
  })
})

test('the .env of a new key makes the documented curl print a token', async () => {
  const { page, keyId } = await openReveal()
  const env = await copied(page, page.getByRole('dialog'), '.env')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.goto('/documentation')
  const curl = await copied(page, page.getByRole('main'), 'curl')
  expectToken(await runShell(`set -a\n${env}\nset +a\n${curl}`), keyId)
})

async function openReveal(): Promise<{ page: Page; keyId: string }> {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys/new')
  const made = page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().endsWith('/api/keys'),
  )
  await fillNewKey(page, 'Production server')
  const { id } = (await (await made).json()) as { id: string }
  return { page, keyId: id }
}

/** The text of the clipboard after copying the snippet of that language. */
async function copied(page: Page, within: Locator, name: string): Promise<string> {
  const [tab = ''] = name.split(',')
  await within.getByRole('tab', { name: tab, exact: true }).click()
  await within.getByRole('button', { name: `Copy (${tab})` }).click()
  await within.getByRole('button', { name: `Copied (${tab})` }).waitFor()
  return page.evaluate(() => navigator.clipboard.readText())
}

function expectToken(printed: string, keyId: string): void {
  const token = /accessToken['"]?: ?['"]([^'"]+)/.exec(printed)?.[1]
  expect(token, printed).toBeDefined()
  expect(decodeJwt(token!)).toMatchObject({ sub: DEMO_AGENT_ID, keyId })
}
