import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { isOutage, sentenceOf } from './http.ts'

const LOOK_AGAIN_MS = 3000

type Change<Input> = {
  change: (input: Input) => Promise<unknown>
  /** Reads whether the change is there. */
  isDone: () => Promise<boolean>
  /** Called once the change is known to be there. */
  onDone: () => void
  sentences: {
    /** Such as "The key was not revoked." */
    notDone: string
    /** Such as "It is not known whether the key was revoked." */
    unknown: string
  }
}

/** What became of a change: `unknown` when its answer was lost and nobody could look yet. */
export type SureChange<Input> = {
  run: (input: Input) => void
  isPending: boolean
  /** What to say about it; null when there is nothing to say. */
  failure: string | null
}

/**
 * Makes a change, and says of it only what is known. When the answer is lost, the change may have
 * been made: so it is looked at, again and again until somebody answers, and can be repeated
 * meanwhile.
 */
export function useSureChange<Input>({
  change,
  isDone,
  onDone,
  sentences,
}: Change<Input>): SureChange<Input> {
  const [lost, setLost] = useState<Error | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const queryClient = useQueryClient()
  const made = useMutation({
    mutationFn: change,
    onMutate: () => {
      setLost(null)
      setFailure(null)
    },
    onSuccess: onDone,
    onError: (error) => {
      if (!isOutage(error)) return setFailure(`${sentences.notDone} ${sentenceOf(error)}`)
      setLost(error)
      setFailure(`${sentences.unknown} Looking …`)
    },
  })

  const look = useEffectEvent(async (error: Error, isStale: () => boolean) => {
    const done = await answerOf(isDone)
    if (isStale()) return
    if (done === null) return setFailure(`${sentences.unknown} ${whileLooking}`)
    setLost(null)
    if (done) return onDone()
    setFailure(`${sentences.notDone} ${sentenceOf(error)}`)
    void queryClient.invalidateQueries()
  })
  useEffect(() => {
    if (lost === null) return
    let isOver = false
    const again = () => void look(lost, () => isOver)
    again()
    const timer = setInterval(again, LOOK_AGAIN_MS)
    window.addEventListener('online', again)
    return () => {
      isOver = true
      clearInterval(timer)
      window.removeEventListener('online', again)
    }
  }, [lost])

  return { run: made.mutate, isPending: made.isPending, failure }
}

async function answerOf(ask: () => Promise<boolean>): Promise<boolean | null> {
  try {
    return await ask()
  } catch {
    return null
  }
}

const whileLooking =
  'The answer was lost, and the service cannot be reached. It is looked at again by itself; you can also repeat it.'
