import { passwordThread, type PasswordThread } from '../../../server/src/crypto/password-threads.ts'
import {
  passwordQueue,
  type DerivePasswordKey,
} from '../../../server/src/features/people/passwords/password-queue.ts'
import { PATIENCE_MS } from './patience.ts'

/** The hash of the one password of all people whom the kit makes, derived once a process. */
export async function sharedHash(password: string): Promise<string> {
  hash ??= import('better-auth/crypto').then(({ hashPassword }) => hashPassword(password))
  sharedSalt = (await hash).split(':')[0]
  return hash
}

let hash: Promise<string> | undefined
let sharedSalt: string | undefined

/** A service's queue, whose threads derive only once what is asked about that one hash. */
export function rememberingQueue(): DerivePasswordKey {
  const derive = passwordQueue(threads)
  return (question, turn) => derive(question, { ...turn, patienceMs: PATIENCE_MS })
}

const remembered = new Map<string, Promise<string>>()
const threads = [passwordThread(), passwordThread()].map(remembering)

function remembering(thread: PasswordThread): PasswordThread {
  return (question) => {
    const { password, salt } = question
    if (salt !== sharedSalt) return thread(question)
    const key = remembered.get(password) ?? thread(question)
    remembered.set(password, key)
    return key
  }
}
