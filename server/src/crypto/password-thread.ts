// A thread that derives keys of passwords, one at a time. Neither a serving thread nor the pool
// that signs widget tokens and reads files is ever busy with one.
import { parentPort } from 'node:worker_threads'
import { derivePasswordKey, type PasswordQuestion } from './password-key.ts'
import { present } from '../lib/typed.ts'

const asker = present(parentPort)
asker.on('message', (question: PasswordQuestion) => asker.postMessage(derivePasswordKey(question)))
