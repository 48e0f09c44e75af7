import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { verifyText } from './load.ts'

const ASKED_AT_ONCE = 200
const BLOCKED_MS = 1500

/**
 * Asks about a key again and again, at most so often, and reads no answer. Resolves when the
 * service has taken nothing for a while: the buffers in between are full.
 *
 * @returns how many questions were handed to the system
 */
export async function sendWithoutReading(
  { url }: Service,
  { secret }: { secret: string },
  max: number,
): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause()
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const text = verifyText(secret).repeat(ASKED_AT_ONCE)
  let count = 0
  while (count < max) {
    count += ASKED_AT_ONCE
    if (socket.write(text, 'latin1')) continue
    const signal = AbortSignal.timeout(BLOCKED_MS)
    const isTaken = await once(socket, 'drain', { signal }).then(Boolean, () => false)
    if (!isTaken) return count
  }
  return count
}
