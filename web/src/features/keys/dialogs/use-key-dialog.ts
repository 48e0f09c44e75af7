import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { useQueryClient } from '@tanstack/react-query'
import { findDraft } from '../../../api/use-draft.ts'
import { keyQuery } from '../key-details.queries.ts'
import { ROTATE, type KeyDialog, type RotateDraft } from './key-dialog.ts'

type State = { isRotating?: boolean } | null

export type KeyDialogControl = {
  dialog: KeyDialog
  open: (dialog: KeyDialog) => void
  close: () => void
}

/**
 * Holds which dialog of a key is open. The dialog that shows a new key has its own entry in the
 * history, so that the browser's Back closes it too.
 */
export function useKeyDialog(): KeyDialogControl {
  const [chosen, setChosen] = useState<KeyDialog>({ kind: 'none' })
  const navigate = useNavigate()
  const location = useLocation()
  const here = useRef(location)
  useEffect(() => {
    here.current = location
  }, [location])

  // A stable function, so that a long list is not drawn again for each dialog.
  const open = useCallback(
    (dialog: KeyDialog) => {
      setChosen(dialog)
      if (dialog.kind !== 'rotate') return
      const { pathname, search, state } = here.current
      void navigate({ pathname, search }, { state: { ...state, isRotating: true } })
    },
    [navigate],
  )

  // Opens again what a session that ended had closed.
  const queryClient = useQueryClient()
  useEffect(() => {
    const draft = findDraft<RotateDraft>(ROTATE)
    if (draft === null) return
    queryClient.fetchQuery(keyQuery(draft.keyId)).then(
      (apiKey) => open({ kind: 'rotate', apiKey, returnTo: null }),
      () => undefined, // the page says what is wrong
    )
  }, [open, queryClient])

  const hasEntry = (location.state as State)?.isRotating === true
  const isOpen = chosen.kind !== 'rotate' || hasEntry
  return {
    dialog: isOpen ? chosen : { kind: 'none' },
    open,
    close() {
      if (chosen.kind === 'rotate') void navigate(-1)
      else setChosen({ kind: 'none' })
    },
  }
}
