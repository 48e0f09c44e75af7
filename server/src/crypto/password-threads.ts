import { Worker } from 'node:worker_threads'
import type { PasswordQuestion } from './password-key.ts'

export type PasswordThread = (question: PasswordQuestion) => Promise<string>

/** A thread that derives keys of passwords one by one, started by the first question, and kept. */
export function passwordThread(): PasswordThread {
  let thread: Worker | undefined
  let asked: PromiseWithResolvers<string> | undefined
  let last: Promise<unknown> = Promise.resolve()

  function start(): Worker {
    const started = new Worker(new URL('password-thread.ts', import.meta.url))
    function fail(error: unknown): void {
      if (thread === started) thread = undefined
      asked?.reject(error instanceof Error ? error : new Error('The password thread has ended'))
    }
    return started
      .on('message', (key: string) => asked?.resolve(key))
      .on('error', fail)
      .on('exit', () => thread === started && fail(undefined))
  }

  async function ask(question: PasswordQuestion): Promise<string> {
    const worker = (thread ??= start())
    worker.ref() // while somebody waits, and no longer: it must not keep a process from ending
    asked = Promise.withResolvers<string>()
    worker.postMessage(question)
    try {
      return await asked.promise
    } finally {
      worker.unref()
    }
  }

  return (question) => {
    const answer = last.then(() => ask(question))
    last = answer.catch(() => undefined)
    return answer
  }
}
