import { FormError } from './FormError.tsx'

type Props = { failure: { title: string; detail: string } | null }

/** The outcome of a change that did not succeed. */
export function FormFailure({ failure }: Props) {
  if (failure === null) return null
  return <FormError>{[failure.title, failure.detail].filter(Boolean).join(' ')}</FormError>
}
