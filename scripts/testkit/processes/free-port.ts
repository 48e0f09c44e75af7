import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Above those that browsers refuse, and below the ports that systems give to connections (Linux from 32768, others from 49152): one of those
// may be taken in the moment between the look and the start of the process that is to listen.
const FIRST_PORT = 11_000
const END_PORT = 32_768

/** A port of the loopback address that nobody listens on right now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, END_PORT)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const isListening = await new Promise<boolean>((done) => {
    probe.once('listening', () => done(true)).once('error', () => done(false))
    probe.listen(port, '127.0.0.1')
  })
  if (isListening) await new Promise((done) => probe.close(done))
  return isListening
}
