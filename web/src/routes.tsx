import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { createBrowserRouter, redirect, type RouteObject } from 'react-router'
import { endSession } from './api/session-end.ts'
import { isSecretHeld } from './lib/held-secret.ts'
import { isLinkedPage } from './lib/link-token.ts'
import { RouteFailure } from './layout/RouteFailure.tsx'
import { pages } from './pages.ts'
import { keyPath, paths, signInPath } from './paths.ts'
import { PageLoading } from './ui/feedback/PageLoading.tsx'

const page = (load: () => Promise<ComponentType>) => async () => ({ Component: await load() })

const routes: RouteObject[] = [
  {
    path: paths.signIn,
    lazy: page(async () => (await pages.signIn()).SignInPage),
  },
  {
    path: paths.signUp,
    lazy: page(async () => (await pages.signUp()).SignUpPage),
  },
  {
    path: paths.resetPassword,
    lazy: page(async () => (await pages.resetPassword()).ResetPasswordPage),
  },
  {
    path: paths.invitation,
    lazy: page(async () => (await pages.invitation()).InvitationPage),
  },
  {
    lazy: page(async () => (await pages.shell()).RequireSession),
    children: [
      { path: paths.home, loader: () => redirect(paths.keys) },
      {
        path: paths.keys,
        lazy: page(async () => (await pages.keys()).KeysPage),
        children: [{ path: paths.newKey, element: null }],
      },
      {
        path: keyPath(':id'),
        lazy: page(async () => (await pages.key()).KeyPage),
      },
      {
        path: paths.audit,
        lazy: page(async () => (await pages.audit()).AuditPage),
      },
      {
        path: paths.documentation,
        lazy: page(async () => (await pages.documentation()).DocumentationPage),
      },
      {
        path: paths.settings,
        lazy: page(async () => (await pages.settings()).SettingsPage),
        children: [
          {
            index: true,
            lazy: page(async () => (await pages.profile()).ProfilePage),
          },
          {
            path: paths.organization,
            lazy: page(async () => (await pages.organization()).OrganizationPage),
          },
          {
            path: paths.members,
            lazy: page(async () => (await pages.members()).MembersPage),
          },
          {
            path: paths.serviceTokens,
            lazy: page(async () => (await pages.serviceTokens()).ServiceTokensPage),
          },
        ],
      },
      {
        path: '*',
        lazy: page(async () => (await pages.notFound()).NotFound),
      },
    ],
  },
]

export function createRouter() {
  return createBrowserRouter([
    { children: routes, ErrorBoundary: RouteFailure, HydrateFallback: PageLoading },
  ])
}

/** Runs before there is a router, so that a signed-out visit does not load a page it will not see. */
export function startAtSignIn() {
  const { pathname, search } = window.location
  if (!isPublic(pathname)) window.history.replaceState(null, '', signInPath(pathname + search))
}

/**
 * After the session ended: empties the page, which then leads to sign-in and back. A secret on the
 * page must be copied first, and pages that anybody may see stay.
 */
export function leaveSession(end: 'ended' | 'changed', queryClient: QueryClient) {
  if (isSecretHeld() || isPublic(window.location.pathname)) return
  endSession(queryClient, end)
}

function isPublic(pathname: string): boolean {
  return [paths.signIn, paths.signUp].some((path) => path === pathname) || isLinkedPage(pathname)
}
