import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { createBrowserRouter, redirect, type RouteObject } from 'react-router'
import { endSession } from './api/session-end.ts'
import { isSecretHeld } from './lib/secrets/held-secret.ts'
import { isLinkedPage } from './lib/secrets/link-token.ts'
import { loadCode } from './lib/load-code.ts'
import { PageFailure } from './layout/failures/PageFailure.tsx'
import { RouteFailure } from './layout/failures/RouteFailure.tsx'
import { pages } from './pages.ts'
import { keyPath, paths, signInPath, webhookPath } from './paths.ts'
import { PageLoading } from './ui/feedback/PageLoading.tsx'

/** A page by its code. */
const page =
  <Module,>(load: () => Promise<Module>, pick: (module: Module) => ComponentType) =>
  async () => ({ Component: pick(await loadCode(load)) })

const routes: RouteObject[] = [
  {
    path: paths.signIn,
    lazy: page(pages.signIn, (it) => it.SignInPage),
  },
  {
    path: paths.signUp,
    lazy: page(pages.signUp, (it) => it.SignUpPage),
  },
  {
    path: paths.resetPassword,
    lazy: page(pages.resetPassword, (it) => it.ResetPasswordPage),
  },
  {
    path: paths.forgottenPassword,
    lazy: page(pages.forgottenPassword, (it) => it.ForgottenPasswordPage),
  },
  {
    path: paths.handOff,
    lazy: page(pages.handOff, (it) => it.HandOffPage),
  },
  {
    path: paths.invitation,
    lazy: page(pages.invitation, (it) => it.InvitationPage),
  },
  {
    path: paths.setUpSecondFactor,
    lazy: page(pages.setUpSecondFactor, (it) => it.SetUpPage),
  },
  {
    lazy: page(pages.shell, (it) => it.RequireSession),
    children: [
      {
        ErrorBoundary: PageFailure,
        children: [
          { path: paths.home, loader: () => redirect(paths.keys) },
          {
            path: paths.keys,
            lazy: page(pages.keys, (it) => it.KeysPage),
            children: [{ path: paths.newKey, element: null }],
          },
          {
            path: paths.revokeMany,
            lazy: page(pages.revokeMany, (it) => it.RevokeManyPage),
          },
          {
            path: keyPath(':id'),
            lazy: page(pages.key, (it) => it.KeyPage),
          },
          {
            path: paths.usage,
            lazy: page(pages.usage, (it) => it.UsagePage),
          },
          {
            path: paths.audit,
            lazy: page(pages.audit, (it) => it.AuditPage),
          },
          {
            path: paths.documentation,
            lazy: page(pages.documentation, (it) => it.DocumentationPage),
          },
          {
            path: paths.settings,
            lazy: page(pages.settings, (it) => it.SettingsPage),
            children: [
              {
                index: true,
                lazy: page(pages.profile, (it) => it.ProfilePage),
              },
              {
                path: paths.organization,
                lazy: page(pages.organization, (it) => it.OrganizationPage),
              },
              {
                path: paths.members,
                lazy: page(pages.members, (it) => it.MembersPage),
              },
              {
                path: paths.serviceTokens,
                lazy: page(pages.serviceTokens, (it) => it.ServiceTokensPage),
              },
              {
                path: paths.webhooks,
                lazy: page(pages.webhooks, (it) => it.WebhooksPage),
              },
              {
                path: webhookPath(':id'),
                lazy: page(pages.webhook, (it) => it.WebhookPage),
              },
            ],
          },
          {
            path: '*',
            lazy: page(pages.notFound, (it) => it.NotFound),
          },
        ],
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
  return (
    [paths.signIn, paths.signUp, paths.forgottenPassword].some((path) => path === pathname) ||
    isLinkedPage(pathname)
  )
}
