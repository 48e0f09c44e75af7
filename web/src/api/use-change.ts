import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { ApiFailure, isOutage, sentenceOf } from './http.ts'
import { useLeaveIfOver } from './use-session-end.ts'

const LOOK_AGAIN_MS = 3000

/** The message about a change that did not succeed. */
export type ChangeFailure = { title: string; detail: string }

/**
 * The result of a look. `unclear` when nothing shows the change, or its answer is gone for good.
 */
export type Found<Answer> =
  | { kind: 'done'; answer: Answer }
  | { kind: 'not-done' }
  | ({ kind: 'unclear' } & ChangeFailure)

export const notDone: Found<never> = { kind: 'not-done' }

export function doneIf(isDone: boolean): Found<undefined> {
  return isDone ? { kind: 'done', answer: undefined } : notDone
}

export type Sentences = {
  /** Such as "The key was not revoked." */
  notDone: string
  /** Such as "It is not known whether the key was revoked." */
  unknown: string
  /** Said before the reason of a refusal; `notDone` when absent. */
  refused?: string
  /** The effect of repeating, while the outcome is unknown. */
  repeating?: string
}

type Options<Input, Answer> = {
  change: (input: Input) => Promise<Answer>
  /** Reads whether the change is there. */
  look: (input: Input) => Promise<Found<Answer>>
  sentences: Sentences
  /** Called once the change is known to be there, by its answer or by a look. */
  onDone?: (answer: Answer, input: Input) => unknown
  onRefused?: (error: Error) => void
  /** Why the change was refused, where the API's own sentence does not say it. */
  describe?: (error: Error) => string
  /** A 401 is about what was typed into a form, not about the session. */
  isSigningIn?: boolean
}

type Callbacks<Answer> = {
  onDone?: (answer: Answer) => unknown
  onRefused?: (error: Error) => void
}

export type Change<Input, Answer = unknown> = {
  run: (input: Input, callbacks?: Callbacks<Answer>) => void
  /** The same, for an answer that holds a secret and is kept nowhere. */
  runForSecret: (input: Input) => Promise<Answer>
  isPending: boolean
  isDone: boolean
  /** The input of the run that is under way. */
  running: Input | undefined
  /** The last refusal, or the failure after which nothing was known. */
  error: Error | null
  /** Whether the change may have been made although no answer said so. */
  isUnknown: boolean
  failure: ChangeFailure | null
  /** Takes back what was said. */
  forget: () => void
}

type Lost<Answer> = {
  error: Error
  look: () => Promise<Found<Answer>>
  onDone: (answer: Answer) => unknown
}

/** "The key was" and "revoked", say, for both sentences. */
export function sentencesOf(subject: string, done: string): Sentences {
  return {
    notDone: `${subject} not ${done}.`,
    unknown: `It is not known whether ${subject.charAt(0).toLowerCase()}${subject.slice(1)} ${done}.`,
  }
}

/**
 * Makes a change, and says of it only what is known. Every change of the portal goes through here:
 * when its answer is lost it may have been made, so it is looked at, again and again until somebody
 * answers, and can be repeated meanwhile.
 */
export function useChange<Input = void, Answer = unknown>({
  change,
  look,
  sentences,
  onDone,
  onRefused,
  describe = sentenceOf,
  isSigningIn = false,
}: Options<Input, Answer>): Change<Input, Answer> {
  const [lost, setLost] = useState<Lost<Answer> | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [isUnknown, setIsUnknown] = useState(false)
  const [isDone, setIsDone] = useState(false)
  const [failure, setFailure] = useState<ChangeFailure | null>(null)
  const queryClient = useQueryClient()
  const leaveIfOver = useLeaveIfOver()
  const { mutate, mutateAsync, reset, isPending, variables } = useMutation({
    mutationFn: change,
    onMutate: () => {
      setLost(null)
      setError(null)
      setFailure(null)
    },
    onSuccess: (answer, input) => {
      setIsUnknown(false)
      setIsDone(true)
      return onDone?.(answer, input)
    },
    gcTime: 0, // variables and answers may hold secrets
    meta: { isSigningIn },
  })

  function say(title: string, detail: string) {
    setFailure((said) =>
      said?.title === title && said.detail === detail ? said : { title, detail },
    )
  }

  function fail(failed: Error, input: Input, callbacks: Callbacks<Answer>) {
    setError(failed)
    if (!isOutage(failed)) {
      onRefused?.(failed)
      callbacks.onRefused?.(failed)
    }
    // After a lost answer even a refusal may mean that the change is there.
    if (!isOutage(failed) && !isUnknown)
      return say(sentences.refused ?? sentences.notDone, describe(failed))
    setIsUnknown(true)
    say(sentences.unknown, 'Looking …')
    setLost({
      error: failed,
      look: () => look(input),
      onDone: async (answer) => {
        await onDone?.(answer, input)
        await callbacks.onDone?.(answer)
      },
    })
  }

  const again = useEffectEvent(async (asked: Lost<Answer>, isStale: () => boolean) => {
    const found = await asked.look().catch((failed: Error) => failed)
    if (isStale()) return
    if (found instanceof Error) {
      if (!isSigningIn) leaveIfOver(found)
      return say(sentences.unknown, whileLooking(found, sentences.repeating))
    }
    setLost(null)
    void queryClient.invalidateQueries()
    if (found.kind === 'unclear') return say(found.title, found.detail)
    setIsUnknown(false)
    if (found.kind === 'not-done')
      return say(sentences.notDone, [whyNot(asked.error), sentences.repeating].join(' ').trim())
    setFailure(null)
    setIsDone(true)
    await asked.onDone(found.answer)
  })
  useEffect(() => {
    if (lost === null) return
    let isOver = false
    const lookAgain = () => void again(lost, () => isOver)
    lookAgain()
    const timer = setInterval(lookAgain, LOOK_AGAIN_MS)
    window.addEventListener('online', lookAgain)
    return () => {
      isOver = true
      clearInterval(timer)
      window.removeEventListener('online', lookAgain)
    }
  }, [lost])

  return {
    run: (input, callbacks = {}) =>
      mutate(input, {
        onSuccess: (answer) => void callbacks.onDone?.(answer),
        onError: (failed) => fail(failed, input, callbacks),
      }),
    runForSecret: (input) =>
      mutateAsync(input)
        .catch((failed: Error) => {
          fail(failed, input, {})
          throw failed
        })
        .finally(reset),
    isPending,
    isDone,
    running: isPending ? variables : undefined,
    error,
    isUnknown,
    failure,
    forget: () => {
      setError(null)
      setFailure(null)
      setLost(null)
      setIsUnknown(false)
    },
  }
}

function whyNot(lost: Error): string {
  return lost instanceof ApiFailure && lost.status !== 0
    ? sentenceOf(lost)
    : 'The request got lost on its way. Please try again.'
}

function whileLooking(failed: Error, repeating = 'You can also repeat it.'): string {
  const why = isOutage(failed)
    ? 'The answer was lost, and the service cannot be reached.'
    : sentenceOf(failed)
  return `${why} The page goes on looking by itself. ${repeating}`
}
