import { onTestFinished } from 'vitest'
import { openReceiver, type Receiver } from './open-receiver.ts'

/** A server on loopback that takes webhooks' messages, gone when the test has finished. */
export async function receiver(port = 0): Promise<Receiver> {
  const self = await openReceiver(port)
  onTestFinished(() => self.close())
  return self
}
