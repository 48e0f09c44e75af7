import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/http.ts'
import { sessionQuery } from '../../api/session.queries.ts'

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
  return useMutation({
    mutationFn: (name: string) => call('POST /api/session/update-user', { body: { name } }),
    onSuccess: useRefreshPerson(),
  })
}

export type PasswordChange = {
  currentPassword: string
  newPassword: string
  revokeOtherSessions: boolean
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: PasswordChange) => call('POST /api/session/change-password', { body }),
    onSuccess: useRefreshPerson(),
    gcTime: 0, // its variables hold passwords
  })
}

export function useEndSession() {
  return useMutation({
    mutationFn: (token: string) => call('POST /api/session/revoke-session', { body: { token } }),
    onSettled: useRefreshSessions(),
  })
}

export function useEndOtherSessions() {
  return useMutation({
    mutationFn: () => call('POST /api/session/revoke-other-sessions', { body: {} }),
    onSettled: useRefreshSessions(),
  })
}

/** Makes a secret; sign-in asks for codes only after `useConfirmSecondFactor` succeeded. */
export function useBeginSecondFactor() {
  return useMutation({
    mutationFn: (password: string) =>
      call('POST /api/session/two-factor/enable', { body: { password } }),
    gcTime: 0, // its result is the secret
  })
}

export function useConfirmSecondFactor() {
  return useMutation({
    mutationFn: (code: string) =>
      call('POST /api/session/two-factor/verify-totp', { body: { code } }),
    onSuccess: useRefreshPerson(),
    gcTime: 0,
  })
}

export function useTurnOffSecondFactor() {
  return useMutation({
    mutationFn: (password: string) =>
      call('POST /api/session/two-factor/disable', { body: { password } }),
    onSuccess: useRefreshPerson(),
    gcTime: 0, // its variables hold a password
  })
}

export function useNewBackupCodes() {
  return useMutation({
    mutationFn: (password: string) =>
      call('POST /api/session/two-factor/generate-backup-codes', {
        body: { password },
      }),
    gcTime: 0, // its result is secret
  })
}

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
