import { createBrowserRouter, redirect, type RouteObject } from 'react-router'
import { isLinkedPage } from './lib/link-token.ts'
import { RouteFailure } from './layout/RouteFailure.tsx'
import { keyPath, paths, signInPath } from './paths.ts'
import { PageLoading } from './ui/feedback/PageLoading.tsx'

// Every page is its own chunk, so that a first visit loads only its own code.
const pages: RouteObject[] = [
  {
    path: paths.signIn,
    lazy: async () => ({
      Component: (await import('./features/session/SignInPage.tsx')).SignInPage,
    }),
  },
  {
    path: paths.signUp,
    lazy: async () => ({
      Component: (await import('./features/session/SignUpPage.tsx')).SignUpPage,
    }),
  },
  {
    path: paths.resetPassword,
    lazy: async () => ({
      Component: (await import('./features/session/ResetPasswordPage.tsx')).ResetPasswordPage,
    }),
  },
  {
    path: paths.invitation,
    lazy: async () => ({
      Component: (await import('./features/session/invitation/InvitationPage.tsx')).InvitationPage,
    }),
  },
  {
    lazy: async () => ({
      Component: (await import('./layout/RequireSession.tsx')).RequireSession,
    }),
    children: [
      { path: paths.home, loader: () => redirect(paths.keys) },
      {
        path: paths.keys,
        lazy: async () => ({
          Component: (await import('./features/keys/list/KeysPage.tsx')).KeysPage,
        }),
        children: [{ path: paths.newKey, element: null }],
      },
      {
        path: keyPath(':id'),
        lazy: async () => ({
          Component: (await import('./features/keys/page/KeyPage.tsx')).KeyPage,
        }),
      },
      {
        path: paths.audit,
        lazy: async () => ({
          Component: (await import('./features/audit/AuditPage.tsx')).AuditPage,
        }),
      },
      {
        path: paths.documentation,
        lazy: async () => ({
          Component: (await import('./features/docs/DocumentationPage.tsx')).DocumentationPage,
        }),
      },
      {
        path: paths.settings,
        lazy: async () => ({
          Component: (await import('./features/settings/SettingsPage.tsx')).SettingsPage,
        }),
        children: [
          {
            index: true,
            lazy: async () => ({
              Component: (await import('./features/settings/ProfilePage.tsx')).ProfilePage,
            }),
          },
          {
            path: paths.organization,
            lazy: async () => ({
              Component: (await import('./features/organization/OrganizationPage.tsx'))
                .OrganizationPage,
            }),
          },
          {
            path: paths.members,
            lazy: async () => ({
              Component: (await import('./features/organization/members/MembersPage.tsx'))
                .MembersPage,
            }),
          },
          {
            path: paths.serviceTokens,
            lazy: async () => ({
              Component: (
                await import('./features/organization/service-tokens/ServiceTokensPage.tsx')
              ).ServiceTokensPage,
            }),
          },
        ],
      },
      {
        path: '*',
        lazy: async () => ({ Component: (await import('./layout/NotFound.tsx')).NotFound }),
      },
    ],
  },
]

let router: ReturnType<typeof createBrowserRouter> | undefined

export function createRouter() {
  router = createBrowserRouter([
    { children: pages, ErrorBoundary: RouteFailure, HydrateFallback: PageLoading },
  ])
  return router
}

/** Runs before there is a router, so that a signed-out visit does not load a page it will not see. */
export function startAtSignIn() {
  const { pathname, search } = window.location
  if (!isPublic(pathname)) window.history.replaceState(null, '', signInPath(pathname + search))
}

/** After the session ended: lets the person sign in and come back to the same page. */
export function goToSignIn() {
  const { pathname, search } = window.location
  if (isPublic(pathname)) return
  void router?.navigate(signInPath(pathname + search), { state: { hasSessionEnded: true } })
}

function isPublic(pathname: string): boolean {
  return [paths.signIn, paths.signUp].some((path) => path === pathname) || isLinkedPage(pathname)
}
