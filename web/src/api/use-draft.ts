import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { holdsSecret } from '../lib/secrets/holds-secret.ts'
import { shownUserId } from './acting-for.ts'
import { sessionQuery } from './session.queries.ts'

type Draft<Form> = { kind: string; userId: string; form: Form }

// In the tab's own storage: signing in may lead to another site and back.
const STORED = 'portal.draft'

/**
 * Keeps what was typed into a form while its session ends, for the same person after they have
 * signed in again. Nothing that holds a key or token is kept.
 *
 * @param kind of the form, such as `generate`
 */
export function useKeepDraft<Form>(kind: string, typed: Form): void {
  const queryClient = useQueryClient()
  const latest = useRef(typed)
  useEffect(() => {
    latest.current = typed
  })
  useEffect(() => {
    forgetDraft()
    const userId = shownUserId()
    return () => {
      const isSessionOver = queryClient.getQueryData(sessionQuery.queryKey) === null
      if (isSessionOver && userId !== null) keepDraft({ kind, userId, form: latest.current })
    }
  }, [kind, queryClient])
}

/** The person's input in a form of this kind when their session ended; null as a rule. */
export function findDraft<Form>(kind: string): Form | null {
  const draft = readDraft<Form>()
  return draft?.kind === kind && draft.userId === shownUserId() ? draft.form : null
}

function readDraft<Form>(): Draft<Form> | null {
  try {
    const draft: Draft<Form> | null = JSON.parse(sessionStorage.getItem(STORED) ?? 'null')
    return draft
  } catch {
    return null
  }
}

function keepDraft(draft: Draft<unknown>) {
  const text = JSON.stringify(draft)
  if (holdsSecret(text)) return
  try {
    sessionStorage.setItem(STORED, text)
  } catch {
    // Then the form is empty afterwards.
  }
}

function forgetDraft() {
  try {
    sessionStorage.removeItem(STORED)
  } catch {
    // It was never kept.
  }
}
