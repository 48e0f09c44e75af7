import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchProfile } from '../testkit/browser.ts'
import { filesWith } from '../../../scripts/testkit/secrets/files-with.ts'
import { untilDrawn } from '../testkit/focus.ts'
import { fillNewKey } from '../testkit/open-portal.ts'
import { issueKey, makePerson, PASSWORD, signOut, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { startStrangeSite, STRANGE_HOST, strangeNames, type StrangeSite } from './strange-site.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' }, strangeNames)

let strange: StrangeSite
beforeAll(async () => {
  strange = await startStrangeSite()
})
afterAll(() => strange.close())

const strangeUrl = (host: string) => `http://${host}:${strange.port}/`

test.each(['localhost', STRANGE_HOST])('no page at %s can frame a page of ours', async (host) => {
  const person = await makePerson(stage.service)
  const page = await openAs(person, strangeUrl(host))
  const ours = ['/api-keys', '/api-keys/new', '/sign-in', '/docs', '/api/keys', '/api/openapi.json']
  const another = strangeUrl('127.0.0.1')
  await page.evaluate(
    (addresses) => {
      for (const address of addresses)
        document.body.append(Object.assign(document.createElement('iframe'), { src: address }))
    },
    [...ours.map((path) => stage.service.url + path), another],
  )
  const shown = () =>
    page
      .frames()
      .slice(1)
      .map((frame) => frame.url())
  await expect.poll(shown).toEqual([...ours.map(() => 'chrome-error://chromewebdata/'), another])
})

test.each(['localhost', STRANGE_HOST])(
  'a page at %s that opens a page of ours has no hold of it',
  async (host) => {
    const page = await openAs(await makePerson(stage.service), strangeUrl(host))
    const opening = page.waitForEvent('popup')
    const opened = await page.evaluateHandle((url) => window.open(url), stage.service.url)
    const ours = await opening
    await ours.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()
    expect(await ours.evaluate(() => window.opener)).toBeNull()
    expect(await opened.evaluate((held) => held?.closed)).toBe(true)
  },
)

test('no page of ours listens to messages of other pages', async () => {
  const page = await openAs(await makePerson(stage.service), `${stage.service.url}/api-keys`)
  await page.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()
  const session = await page.context().newCDPSession(page)
  const { result } = await session.send('Runtime.evaluate', { expression: 'window' })
  const listened = await session.send('DOMDebugger.getEventListeners', {
    objectId: result.objectId!,
  })
  const types = listened.listeners.map(({ type }) => type)
  expect(types).toContain('focus')
  expect(types).not.toContain('message')
})

// The injected markup, and the directive of the policy that stops it.
const injections: [html: string, directive: string][] = [
  ['<script>hit = 1</script>', 'script-src-elem'],
  ['<script src="data:text/javascript,hit = 1"></script>', 'script-src-elem'],
  ['<script src="$STRANGE"></script>', 'script-src-elem'],
  ['<script type="module">import "$STRANGE"</script>', 'script-src-elem'],
  ['<details open ontoggle="hit = 1">', 'script-src-attr'],
  ['<a href="javascript:hit = 1">', 'script-src-elem'],
  ['<iframe src="javascript:parent.hit = 1"></iframe>', 'script-src-elem'],
  ['<iframe src="$STRANGE"></iframe>', 'frame-src'],
  ['<object data="$STRANGE"></object>', 'object-src'],
  ['<embed src="$STRANGE">', 'object-src'],
  ['<base href="$STRANGE">', 'base-uri'],
  ['<form action="$STRANGE"><button>Send</button></form>', 'form-action'],
  ['<link rel="stylesheet" href="$STRANGE">', 'style-src-elem'],
  ['<style>@import "$STRANGE"</style>', 'style-src-elem'],
  ['<p style="background: url($STRANGE)">Text</p>', 'img-src'],
  ['<img src="$STRANGE">', 'img-src'],
  ['<video src="$STRANGE"></video>', 'media-src'],
]

test.each(['/api-keys', '/docs'])(
  'markup that is injected into %s runs nothing and reaches no other site',
  async (path) => {
    const page = await openAs(await makePerson(stage.service), stage.service.url + path)
    const violated = await watchPolicy(page)
    const visits = strange.visits.length
    for (const [html, directive] of injections) {
      const before = (await violated()).length
      await page.evaluate(inject, html.replace('$STRANGE', strangeUrl('localhost')))
      await expect
        .poll(async () => [html, (await violated()).slice(before)])
        .toEqual([html, [directive]])
    }
    expect(await page.evaluate(() => 'hit' in window)).toBe(false)
    expect(strange.visits.slice(visits)).toEqual([])
  },
)

test('the code of the dialogs breaks no rule of the policy', async () => {
  const page = await openAs(await makePerson(stage.service), `${stage.service.url}/api-keys`)
  const violated = await watchPolicy(page)
  await page.getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('dialog').getByLabel('Label').waitFor()
  await untilDrawn(page) // violations are reported later than they happen
  expect(await violated()).toEqual([])
})

test('no text becomes a script, and no script calls another host', async () => {
  const page = await openAs(await makePerson(stage.service), `${stage.service.url}/api-keys`)
  const violated = await watchPolicy(page)
  const caught = await page.evaluate(async (url) => {
    await fetch('/healthz') // debuggers may evaluate text, and until here this is theirs
    const tries: (() => unknown)[] = [
      () => Reflect.construct(Function, ['hit = 1'])(),
      () => fetch(url),
      () => navigator.serviceWorker.register(url),
      () => new Promise((_, failed) => Object.assign(new Worker(url), { onerror: failed })),
    ]
    const ends = tries.map(async (work) => work())
    return (await Promise.allSettled(ends)).map(({ status }) => status)
  }, strangeUrl('localhost'))
  expect(caught).toEqual(caught.map(() => 'rejected'))
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  expect(await violated()).toEqual(expect.arrayContaining(['script-src', 'connect-src']))
})

test('a link to another site does not send the address of our page', async () => {
  const page = await openAs(await makePerson(stage.service), `${stage.service.url}/api-keys?q=mine`)
  const links: [target: string, path: string][] = [
    ['_self', 'same-tab'],
    ['_blank', 'new-tab'],
  ]
  for (const [target, path] of links.toReversed()) {
    await page.evaluate(
      ([name, address]) => {
        const link = document.createElement('a')
        Object.assign(link, { href: address, target: name, rel: 'opener' })
        link.click()
      },
      [target, strangeUrl(STRANGE_HOST) + path],
    )
    await expect
      .poll(() => strange.visits.find((visit) => visit.path === `/${path}`))
      .toEqual({ path: `/${path}`, referrer: undefined })
  }
})

test('no script and no other site can read what a sign-in leaves in the browser', async () => {
  const { url } = stage.service
  const { email } = await makePerson(stage.service)
  const context = await stage.browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()
  const cookies = await context.cookies(url)
  expect(cookies.map(({ name }) => name)).toContain('nas.session_token')
  for (const cookie of cookies)
    expect(cookie).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
    })
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }])).toEqual([{}, {}])
})

test('after signing out, Back does not show what was there', async () => {
  const { service } = stage
  const person = await makePerson(service)
  await issueKey(service, person, 'Private label')
  const page = await openAs(person, `${service.url}/api-keys`)
  await page.getByText('Private label').waitFor()
  await page.getByRole('button', { name: /Your account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/sign-in/)
  await page.goBack({ waitUntil: 'commit' })
  await page.getByLabel('Password', { exact: true }).waitFor()
  expect(await page.getByText('Private label').count()).toBe(0)
})

test('a page from the browser’s memory checks again who is signed in', async () => {
  const { service } = stage
  const person = await makePerson(service)
  await issueKey(service, person, 'Private label')
  const page = await openAs(person, `${service.url}/api-keys`)
  await page.getByText('Private label').waitFor()
  await signOut(service, person)
  // The browser of the tests keeps no pages in memory, so fire the event of one that does.
  await page.evaluate(() =>
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  )
  await page.getByLabel('Password', { exact: true }).waitFor()
  expect(await page.getByText('Private label').count()).toBe(0)
})

test('a browser writes no key to its disk', async () => {
  const { service } = stage
  const dir = mkdtempSync(join(tmpdir(), 'profile-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const person = await makePerson(service)
  const context = await launchProfile(dir)
  onTestFinished(() => context.close())
  const page = await signedInPage(context, person)
  await page.goto(`${service.url}/api-keys/new`)
  const key = await fillNewKey(page, 'Private label')
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.reload()
  await page.getByText('Private label').waitFor()
  await context.close()
  expect(filesWith(dir, '/assets/').length).toBeGreaterThan(0)
  expect(filesWith(dir, key)).toEqual([])
  expect(filesWith(dir, 'Private label')).toEqual([])
})

async function openAs(person: Person, address: string): Promise<Page> {
  const context = await stage.browser.newContext()
  onTestFinished(() => context.close())
  const page = await signedInPage(context, person)
  await page.goto(address)
  return page
}

async function signedInPage(context: BrowserContext, { cookie }: Person): Promise<Page> {
  const { url } = stage.service
  await context.addCookies([{ ...cookie, url, httpOnly: true, sameSite: 'Lax' }])
  return context.newPage()
}

/** Records violations of the page's policy from now on. @returns a function that lists their directives */
async function watchPolicy(page: Page): Promise<() => Promise<string[]>> {
  const noted = await page.evaluateHandle(() => {
    const directives: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      directives.push(effectiveDirective)
    })
    return directives
  })
  return () => noted.jsonValue()
}

/** Injects markup with live scripts into the page, as a flaw would, and clicks it. */
function inject(html: string): void {
  const host = document.createElement('div')
  host.append(document.createRange().createContextualFragment(html))
  document.body.append(host)
  host.querySelector('a')?.click()
  host.querySelector('button')?.click()
}
