import { Worker } from 'node:worker_threads'
import type { PasswordQuestion } from './password-key.ts'

export type PasswordThread = (question: PasswordQuestion) => Promise<string>

/** A thread that derives keys of passwords, started by the first question, and kept. */
export function passwordThread(): PasswordThread {
  let thread: Worker | undefined
  return (question) =>
    new Promise((resolve, reject) => {
      const worker = (thread ??= new Worker(new URL('password-thread.ts', import.meta.url)))
      worker.ref() // while somebody waits, and no longer: it must not keep a process from ending
      worker.removeAllListeners()
      worker.once('message', (key: string) => {
        worker.unref()
        resolve(key)
      })
      const fail = (error: unknown) => {
        if (thread === worker) thread = undefined
        reject(error instanceof Error ? error : new Error('The thread for passwords has ended'))
      }
      worker.once('error', fail).once('exit', fail)
      worker.postMessage(question)
    })
}
