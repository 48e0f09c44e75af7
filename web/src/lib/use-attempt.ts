import { useRef } from 'react'
import { randomToken } from './secrets/random-token.ts'

export type Attempt<Input> = { input: Input; idempotencyKey: string }

/**
 * Prepares what a form sends. A request whose answer got lost may have made a secret: as long as
 * the form is unchanged it is sent again under the same idempotency key, and gets that secret
 * instead of a second one.
 */
export function useAttempt<Form, Input>(toInput: (form: Form, nowMs: number) => Input) {
  const last = useRef<{ form: string; attempt: Attempt<Input> }>(null)
  return (form: Form): Attempt<Input> => {
    const written = JSON.stringify(form)
    if (last.current?.form !== written)
      last.current = {
        form: written,
        attempt: { input: toInput(form, Date.now()), idempotencyKey: randomToken() },
      }
    return last.current.attempt
  }
}
