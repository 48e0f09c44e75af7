// The first code that runs, small enough to be there long before the rest: asks who is signed in,
// and has the page's own code fetched beside the code that all pages share.
import { askEarly } from './api/early.ts'
import { isLinkedPage } from './lib/link-token.ts'
import { pages } from './pages.ts'
import { paths } from './paths.ts'

const { pathname } = window.location

const isList = [paths.home, paths.keys, paths.newKey].some((path) => path === pathname)

async function fetchPage(): Promise<void> {
  if (isLinkedPage(pathname) || pathname === paths.signUp) return
  const { dataset } = document.documentElement
  if (pathname !== paths.signIn) dataset['starting'] = ''
  const answer = await askEarly('/api/session/get-session')
  const isSignedIn = answer?.ok === true && (await answer.clone().json()) !== null
  if (isSignedIn) return void (await Promise.all([pages.shell(), isList && pages.keys()]))
  delete dataset['starting']
  await pages.signIn()
}

function showFailure() {
  document.body.textContent =
    'The portal could not be loaded. Check the connection, then reload the page.'
}

import('./main.tsx').catch(showFailure)
// What fails here is asked for again by the router, which shows the failure.
fetchPage().catch(() => undefined)
