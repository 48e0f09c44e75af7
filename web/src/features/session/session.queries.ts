import type { Answer } from '@zentrix/shared/routes/calls.ts'
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { ApiFailure, call, sentenceOf } from '../../api/http.ts'
import { actForNobody } from '../../api/acting-for.ts'
import { beginSession } from '../../api/session-end.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { doneIf, notDone, sentencesOf, useChange, type Found } from '../../api/use-change.ts'
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

type SignedIn = Answer<'POST /api/session/sign-in/email'>

/** @param onCodeNeeded called when the password was right and a second step follows */
export function useSignIn(onCodeNeeded: () => void) {
  const enter = useEnter()
  return useChange({
    change: (input: SignInInput) => call('POST /api/session/sign-in/email', { body: input }),
    look: async ({ email }): Promise<Found<SignedIn>> =>
      (await isSignedIn(email)) ? { kind: 'done', answer: {} } : notDone,
    sentences: signInSentences,
    onDone: ({ twoFactorRedirect }) => (twoFactorRedirect ? onCodeNeeded() : enter()),
    describe: signInSentence,
    isSigningIn: true,
  })
}

// One sentence, whichever half was wrong.
function signInSentence(error: Error): string {
  if (error instanceof ApiFailure && (error.status === 401 || error.status === 400))
    return 'Email or password is not correct.'
  if (error instanceof ApiFailure && error.status === 429)
    return 'Too many attempts. Wait a minute, then try again.'
  return sentenceOf(error)
}

const signInSentences = {
  notDone: 'You are not signed in.',
  unknown: 'It is not known whether you are signed in.',
  refused: '',
}

/** @param email of the person, where it is known who it must be */
async function isSignedIn(email?: string): Promise<boolean> {
  const session = await call('GET /api/session/get-session', {})
  return session !== null && (email ?? session.user.email).toLowerCase() === session.user.email
}

export function useEnterCode() {
  const enter = useEnter()
  return useChange({
    change: ({ kind, code }: { kind: CodeKind; code: string }) =>
      kind === 'totp'
        ? call('POST /api/session/two-factor/verify-totp', { body: { code } })
        : call('POST /api/session/two-factor/verify-backup-code', { body: { code } }),
    look: async () => doneIf(await isSignedIn()),
    sentences: signInSentences,
    onDone: enter,
    isSigningIn: true,
  })
}

/** Has a link mailed to the address, if it has an account. */
export function useAskForReset() {
  return useChange({
    change: (email: string) =>
      call('POST /api/session/request-password-reset', { body: { email } }),
    // Nothing shows a mail but the person's own mailbox.
    look: async () => {
      await isSignedIn()
      return {
        kind: 'unclear',
        title: 'It is not known whether a link was sent.',
        detail: 'Look into your mail, or send another: each works once, within an hour.',
      }
    },
    sentences: { ...sentencesOf('A link was', 'sent'), refused: '' },
    isSigningIn: true,
  })
}

export function useResetPassword() {
  return useChange({
    change: (newPassword: string) =>
      call('POST /api/session/reset-password', {
        body: { token: linkToken(paths.resetPassword) ?? '', newPassword },
      }),
    // Nothing shows a password; this waits until the service can be reached.
    look: async () => {
      await isSignedIn()
      return {
        kind: 'unclear',
        title: 'It is not known whether the password was set.',
        detail: 'Set it again: if the link then no longer works, sign in with the new password.',
      }
    },
    sentences: { ...sentencesOf('The password was', 'set'), refused: '' },
    isSigningIn: true,
  })
}

export function useSignUp() {
  const enter = useEnter()
  return useChange({
    change: (input: SignUpInput) => call('POST /api/session/sign-up/email', { body: input }),
    look: async ({ email }) => {
      if (await isSignedIn(email)) return doneIf(true)
      return {
        kind: 'unclear',
        title: 'It is not known whether the account was made.',
        detail: 'Create it again: if there is one already, sign in with it.',
      }
    },
    sentences: { ...sentencesOf('The account was', 'made'), refused: '' },
    // After an invitation load a fresh document, which does not keep the link.
    onDone: (_, { invitationId }) =>
      invitationId === undefined ? enter() : window.location.assign(paths.keys),
    describe: signUpSentence,
    isSigningIn: true,
  })
}

function signUpSentence(error: Error): string {
  if (error instanceof ApiFailure && error.status === 409)
    return 'There is an account with this email address already. Sign in instead.'
  return sentenceOf(error)
}

export function useSingleSignOn() {
  const next = useNext()
  return useChange({
    change: () =>
      call('POST /api/session/sign-in/social', {
        body: { provider: 'oidc', callbackURL: next, errorCallbackURL: paths.signIn },
      }),
    look: async () => {
      await isSignedIn()
      return notDone // the provider was not visited
    },
    sentences: signInSentences,
    onDone: ({ url }) => window.location.assign(url),
    isSigningIn: true,
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
