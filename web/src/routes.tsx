import { createBrowserRouter, redirect, type RouteObject } from 'react-router'
import { NotFound } from './layout/NotFound.tsx'
import { RequireSession } from './layout/RequireSession.tsx'
import { RouteFailure } from './layout/RouteFailure.tsx'
import { paths, signInPath } from './paths.ts'
import { PageLoading } from './ui/PageLoading.tsx'

// Every page is its own chunk, so that a first visit loads only what it shows.
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
    Component: RequireSession,
    ErrorBoundary: RouteFailure,
    children: [
      { path: paths.home, loader: () => redirect(paths.keys) },
      {
        path: paths.keys,
        lazy: async () => ({ Component: (await import('./features/keys/KeysPage.tsx')).KeysPage }),
        children: [{ path: paths.newKey }],
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
      },
      { path: '*', Component: NotFound },
    ],
  },
]

export type PortalRouter = ReturnType<typeof createRouter>

export function createRouter() {
  return createBrowserRouter([
    { children: pages, ErrorBoundary: RouteFailure, HydrateFallback: PageLoading },
  ])
}

/** A session ended under someone's hands: let them sign in and come back to where they were. */
export function goToSignIn(router: PortalRouter) {
  const { pathname, search } = router.state.location
  if (pathname === paths.signIn || pathname === paths.signUp) return
  void router.navigate(signInPath(pathname + search), { state: { hasSessionEnded: true } })
}
