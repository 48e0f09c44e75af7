// The first code that runs, small enough to be there long before the rest: asks who is signed in,
// and has the page's own code fetched beside the code that all pages share.
import type { Session } from '@zentrix/shared/routes/people/session-answers.ts'
import { actFor, actingHeaders } from './api/acting-for.ts'
import { askEarly } from './api/early.ts'
import { isLinkedPage } from './lib/secrets/link-token.ts'
import { pages } from './pages.ts'
import { paths } from './paths.ts'

// Zod would try out whether it may make code of text, which our Content-Security-Policy reports each
// time. This is what `z.config` sets, without Zod's code in the first file.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

const { pathname, search } = window.location

const isList = [paths.home, paths.keys, paths.newKey].some((path) => path === pathname)

// As these pages ask first; an answer that nobody asks for again was in vain, and does no harm.
const shellAsks = ['/api/session/organization/list', '/api/session/organization/get-active-member']
const listAsks = ['/api/keys?status=active&limit=50']

const entries: string[] = [paths.signUp, paths.forgottenPassword, paths.setUpSecondFactor]

async function fetchPage(): Promise<void> {
  if (isLinkedPage(pathname) || entries.includes(pathname)) return
  const { dataset } = document.documentElement
  if (pathname !== paths.signIn) dataset['starting'] = ''
  const answer = await askEarly('/api/session/get-session')
  const session: Session | null = answer?.ok ? await answer.clone().json() : null
  if (session === null) {
    delete dataset['starting']
    await pages.signIn()
    return
  }
  actFor(session)
  const asked = [
    ...(session.handOff ? [] : shellAsks),
    ...(isList && search === '' ? listAsks : []),
  ]
  for (const url of asked) void askEarly(url, actingHeaders())
  await Promise.all([pages.shell(), isList && pages.keys()])
}

function showFailure() {
  document.body.textContent =
    'The portal could not be loaded. Check the connection, then reload the page.'
}

import('./main.tsx').catch(showFailure)
// Where this fails, the router asks again, and shows the failure.
fetchPage().catch(() => undefined)
