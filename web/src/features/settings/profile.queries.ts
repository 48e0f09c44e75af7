import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { ApiFailure, call } from '../../api/http.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { doneIf, notDone, sentencesOf, useChange } from '../../api/use-change.ts'

export const openSessionsQuery = queryOptions({
  queryKey: ['open-sessions'],
  queryFn: ({ signal }) => call('GET /api/session/list-sessions', { signal }),
})

/** How the person may sign in: `credential` is the password. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => call('GET /api/session/list-accounts', { signal }),
  staleTime: 60_000,
})

export function useChangeName() {
  return useChange({
    change: (name: string) => call('POST /api/session/update-user', { body: { name } }),
    look: async (name) => doneIf((await readPerson()).name === name),
    sentences: sentencesOf('The name was', 'saved'),
    onDone: useRefreshPerson(),
  })
}

export type PasswordChange = {
  currentPassword: string
  newPassword: string
  revokeOtherSessions: boolean
}

export function useChangePassword() {
  return useChange({
    change: (body: PasswordChange) => call('POST /api/session/change-password', { body }),
    // Nothing shows a password. If every session was ended, this ends the page.
    look: async () => {
      await readPerson()
      return {
        kind: 'unclear',
        title: 'It is not known whether the password was changed.',
        detail: 'Do it again: if your current password is then refused, the new one is set.',
      }
    },
    sentences: sentencesOf('The password was', 'changed'),
    onDone: useRefreshPerson(),
  })
}

export function useEndSession() {
  const refresh = useRefreshSessions()
  return useChange({
    change: (token: string) => call('POST /api/session/revoke-session', { body: { token } }),
    look: async (token) => doneIf(!(await readSessions()).some((it) => it.token === token)),
    sentences: sentencesOf('The device was', 'signed out'),
    onDone: refresh,
    onRefused: refresh,
  })
}

export function useEndOtherSessions() {
  const refresh = useRefreshSessions()
  return useChange({
    change: () => call('POST /api/session/revoke-other-sessions', { body: {} }),
    look: async () => doneIf((await readSessions()).length === 1),
    sentences: sentencesOf('The other devices were', 'signed out'),
    onDone: refresh,
    onRefused: refresh,
  })
}

/** Makes a secret; sign-in asks for codes only after `useConfirmSecondFactor` succeeded. */
export function useBeginSecondFactor() {
  return useChange({
    change: (password: string) =>
      call('POST /api/session/two-factor/enable', { body: { password } }),
    look: async () => {
      await readPerson()
      return notDone // whatever was made, it counts only once it is confirmed
    },
    sentences: {
      notDone: 'Two-step sign-in was not turned on.',
      unknown: 'It is not known whether a key for your app was made.',
      refused: '',
    },
  })
}

export function useConfirmSecondFactor() {
  return useChange({
    change: (code: string) => call('POST /api/session/two-factor/verify-totp', { body: { code } }),
    look: async () => doneIf((await readPerson()).twoFactorEnabled === true),
    sentences: { ...sentencesOf('Two-step sign-in was', 'turned on'), refused: '' },
    onDone: useRefreshPerson(),
  })
}

export function useTurnOffSecondFactor(onDone: () => void) {
  const refresh = useRefreshPerson()
  return useChange({
    change: (password: string) =>
      call('POST /api/session/two-factor/disable', { body: { password } }),
    look: async () => doneIf((await readPerson()).twoFactorEnabled !== true),
    sentences: { ...sentencesOf('Two-step sign-in was', 'turned off'), refused: '' },
    onDone: async () => {
      await refresh()
      onDone()
    },
  })
}

export function useNewBackupCodes() {
  return useChange({
    change: (password: string) =>
      call('POST /api/session/two-factor/generate-backup-codes', {
        body: { password },
      }),
    look: async () => {
      await readPerson()
      return {
        kind: 'unclear',
        title: 'It is not known whether new codes were made.',
        detail: 'If they were, those you have no longer work. Do it again to get ten that do.',
      }
    },
    sentences: { ...sentencesOf('New codes were', 'made'), refused: '' },
  })
}

/** @throws {ApiFailure} 401 if the session is over */
async function readPerson() {
  const session = await call('GET /api/session/get-session', {})
  if (session === null) throw new ApiFailure(401, 'UNAUTHORIZED', 'Your session has ended.')
  return session.user
}

const readSessions = () => call('GET /api/session/list-sessions', {})

// These calls replace the session, so the list of sessions has changed too.
function useRefreshPerson() {
  const queryClient = useQueryClient()
  return async () => {
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    await queryClient.invalidateQueries({ queryKey: openSessionsQuery.queryKey })
  }
}

function useRefreshSessions() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: openSessionsQuery.queryKey })
}
