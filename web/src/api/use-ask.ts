import { useMutation } from '@tanstack/react-query'

type Options<Input, Answer> = {
  onAnswer?: (answer: Answer) => void
  onError?: (error: Error) => void
  ask: (input: Input) => Promise<Answer>
}

/**
 * Asks something when told to, such as what must not be in the name of a query. For questions
 * alone: what changes something is a `useChange`.
 */
export function useAsk<Input = void, Answer = unknown>({
  ask,
  onAnswer,
  onError,
}: Options<Input, Answer>) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: ask,
    onSuccess: (answer) => onAnswer?.(answer),
    onError: (failed) => onError?.(failed),
    gcTime: 0, // its answer may be secret
  })
  return { ask: mutate, answer: data, error, isPending }
}
