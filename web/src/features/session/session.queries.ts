import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { call } from '../../api/http.ts'
import { actForNobody } from '../../api/acting-for.ts'
import { beginSession } from '../../api/session-end.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { linkToken } from '../../lib/secrets/link-token.ts'
import { localPath } from '@zentrix/shared/local-path.ts'
import { paths } from '../../paths.ts'

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => call('GET /api/session/options', { signal }),
})

export type SignInInput = { email: string; password: string }

/** The library's names for the two kinds of second step. */
export type CodeKind = 'totp' | 'backup-code'

export type SignUpInput = {
  name: string
  email: string
  password: string
  setupCode?: string
  /** The token of the invitation's link. */
  invitationId?: string
}

/** @param onCodeNeeded called when the password was right and a second step follows */
export function useSignIn(onCodeNeeded: () => void) {
  const enter = useEnter()
  return useMutation({
    mutationFn: (input: SignInInput) =>
      call('POST /api/session/sign-in/email', {
        body: input,
      }),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect ? onCodeNeeded() : enter()),
    gcTime: 0, // its variables hold a password
    meta: { isSigningIn: true },
  })
}

export function useEnterCode() {
  const enter = useEnter()
  return useMutation({
    mutationFn: ({ kind, code }: { kind: CodeKind; code: string }) =>
      call(`POST /api/session/two-factor/verify-${kind}`, { body: { code } }),
    onSuccess: enter,
    gcTime: 0,
    meta: { isSigningIn: true },
  })
}

/** Has a link mailed to the address, if it has an account. */
export function useAskForReset() {
  return useMutation({
    mutationFn: (email: string) =>
      call('POST /api/session/request-password-reset', { body: { email } }),
    meta: { isSigningIn: true },
  })
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (newPassword: string) =>
      call('POST /api/session/reset-password', {
        body: { token: linkToken(paths.resetPassword) ?? '', newPassword },
      }),
    gcTime: 0, // its variables hold a password
    meta: { isSigningIn: true },
  })
}

export function useSignUp() {
  const enter = useEnter()
  return useMutation({
    mutationFn: (input: SignUpInput) => call('POST /api/session/sign-up/email', { body: input }),
    // After an invitation load a fresh document, which does not keep the link.
    onSuccess: (_, { invitationId }) =>
      invitationId === undefined ? enter() : window.location.assign(paths.keys),
    gcTime: 0, // its variables hold a password
    meta: { isSigningIn: true },
  })
}

export function useSingleSignOn() {
  const next = useNext()
  return useMutation({
    mutationFn: () =>
      call('POST /api/session/sign-in/social', {
        body: { provider: 'oidc', callbackURL: next, errorCallbackURL: paths.signIn },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
    meta: { isSigningIn: true },
  })
}

/** Where the person wanted to go before they were asked to sign in. */
export function useNext(): string {
  const [search] = useSearchParams()
  return localPath(search.get('next') ?? '') ?? paths.keys
}

function useEnter() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const next = useNext()
  return async () => {
    queryClient.clear() // whatever someone else had loaded here
    actForNobody()
    beginSession()
    await queryClient.fetchQuery(sessionQuery)
    await navigate(next, { replace: true })
  }
}
