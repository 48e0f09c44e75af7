import { scrypt, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
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
export function testQueue(threads = realThreads): DerivePasswordKey {
  const derive = passwordQueue(threads.map(remembering))
  return (question, turn) => derive(question, { ...turn, patienceMs: PATIENCE_MS })
}

const realThreads = [passwordThread(), passwordThread()]

const scryptKey = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)

/** A key that comes later, as from a thread, though it takes no time. */
export const deriveCheaply: PasswordThread = async ({ password, salt }) =>
  (await scryptKey(password.normalize('NFKC'), salt, 64, { N: 2, r: 1 })).toString('hex')

const remembered = new Map<string, Promise<string>>()

function remembering(thread: PasswordThread): PasswordThread {
  return (question) => {
    const { password, salt } = question
    if (salt !== sharedSalt) return thread(question)
    const key = remembered.get(password) ?? realThreads[0]!(question)
    remembered.set(password, key)
    return key
  }
}
