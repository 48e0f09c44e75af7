// A wire between the service and PostgreSQL that can be cut, frozen and slowed down.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * `frozen` takes connections and bytes, and never gives any back; `closed` ends what is there and
 * takes nothing; `resetting` breaks off in the middle of answers.
 */
export type ProxyMode = 'open' | 'frozen' | 'closed' | 'resetting' | { delayMs: Delay }

/** Drawn for each part of what is sent, if it is a function: so one connection overtakes another. */
type Delay = number | (() => number)

export type Proxy = {
  port: number
  set(mode: ProxyMode): void
  stop(): Promise<void>
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let mode: ProxyMode = 'open'
  const server = createServer((client) => {
    if (mode === 'closed') return void client.destroy()
    const target = connect(targetPort, '127.0.0.1')
    join(client, target)
    join(target, client)
    target.on('data', (bytes: Buffer) => {
      if (mode !== 'resetting') return
      client.write(bytes.subarray(0, bytes.length / 2))
      client.resetAndDestroy()
    })
  })

  function join(from: Socket, to: Socket): void {
    sockets.add(from)
    let delivered = Promise.resolve()
    from.setNoDelay(true)
    from.on('data', (bytes: Buffer) => {
      if (mode === 'frozen' || mode === 'resetting') return // for good: nothing follows a gap
      const delay = typeof mode === 'object' ? mode.delayMs : 0
      const delayMs = typeof delay === 'number' ? delay : delay()
      const readyAt = delayMs === 0 ? undefined : sleep(delayMs)
      delivered = delivered.then(() => readyAt).then(() => void to.write(bytes))
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      if (mode !== 'frozen') to.destroy()
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      mode = next
      if (next === 'closed') hangUp()
    },
    async stop() {
      hangUp()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
