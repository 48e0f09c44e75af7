import type { Page, Request } from 'playwright-core'
import { expect, test } from 'vitest'
import { LABEL } from '../keys/key-page.ts'
import { cutAtKind, cuts, kindOf, type Cut } from '../testkit/cut-network.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken, revokeKey } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { stories, type Scene, type Story } from './stories.ts'

const stage = setStage()
const expected = /net::ERR/

const MAX_WAIT_MS = 1000

/** False of the person in each story, who has a key used today, another, and a revoked one. */
const lies = [
  /\bNo (API |active |such )?keys?\b/,
  /No requests|has never been used/,
  /(Active|Revoked) ?0/,
  /(was|were) not\b/,
  /View only/,
  /no organization|session has ended|Somebody else|Nothing here/i,
]

const loading =
  '[role=status][aria-label^=Load], [role=status][aria-label^=Look], [class*=Skeleton]'

/** Texts that say that something is not known, and buttons to try again. */
const said = (page: Page) => page.getByText(/could not be|[Nn]ot known|was lost/).first()
const again = (page: Page) =>
  page
    .getByRole('button', { name: /^Try again/ })
    .or(page.locator('[role=dialog] [type=submit], [role=alertdialog] [type=submit]'))
    .first()

test.each(stories)(
  '$name: with the network cut at each of its requests, the page tells the truth, and goes on after',
  async (story) => {
    const { page } = await openPortal(stage, { expected, isFirstVisit: true })
    await page.clock.install()
    const kinds = await record(story, page)
    expect(kinds).toContain(story.request)
    for (const kind of kinds)
      // To the page, an answer to a read that was lost is a read that never arrived.
      for (const cut of kind.startsWith('GET') ? cuts.slice(0, 1) : cuts)
        await playCut(story, page, kind, cut)
  },
)

/** Plays the story once as it is. @returns the kinds of the requests that it makes */
async function record(story: Story, page: Page): Promise<string[]> {
  const kinds = new Set<string>()
  const scene = await begin(story, page)
  const note = (request: Request) => {
    const kind = kindOf(request)
    if (kind !== null) kinds.add(kind)
  }
  page.on('request', note)
  await story.play({ ...scene, mended: Promise.resolve() })
  await story.expectDone(scene)
  page.off('request', note)
  return [...kinds]
}

async function playCut(story: Story, page: Page, kind: string, cut: Cut): Promise<void> {
  const scene = await begin(story, page)
  const network = await cutAtKind(page, kind, cut)
  let isOver = false
  const played = story.play({ ...scene, mended: network.mended }).finally(() => (isOver = true))
  played.catch(() => undefined) // it is awaited below
  await Promise.race([played, network.happened])

  const where = `${kind}: ${cut}`
  await expect
    .poll(
      async () => {
        const shown = (await page.locator('body').innerText()).replace(story.truth ?? '', '')
        for (const lie of lies) expect(shown, where).not.toMatch(lie)
        const isLoading = (await page.locator(loading).count()) > 0
        const isSaid = (await said(page).isVisible()) && (await again(page).isVisible())
        if ((isOver || isSaid) && !isLoading) return 'settled'
        await page.clock.fastForward(MAX_WAIT_MS) // pauses between attempts
        return shown
      },
      { message: `${where}: the page neither goes on nor says what is not known` },
    )
    .toBe('settled')
  if (cut === 'the answer was lost') await expectAccessible(page)

  await network.mend()
  await played
  await story.expectDone(scene)
}

/** The same for each play: a person whose keys are known, and the page before the story. */
async function begin(story: Story, page: Page): Promise<Scene> {
  const { service } = stage
  // Without the portal, but in its process: a new one compiles the scripts again.
  await page.goto(`${service.url}/healthz`)
  const person = await makePerson(service)
  const old = await issueKey(service, person, 'Old worker')
  await revokeKey(service, person, old.id)
  await issueKey(service, person, 'Staging server')
  const key = await issueKey(service, person, LABEL)
  await mintToken(service, key.key)
  await page.context().clearCookies()
  await page.context().addCookies([{ ...person.cookie, url: service.url }])
  const scene = { page, person, key, service }
  await story.begin?.(scene)
  return scene
}
