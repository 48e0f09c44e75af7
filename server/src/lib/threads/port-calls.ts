import type { MessagePort, Transferable, Worker } from 'node:worker_threads'
import { asError } from '../caught.ts'
import { present } from '../typed.ts'

/** The functions at one end of a port: functions whose arguments and results can be cloned. */
type Handlers = Record<string, (argument: never) => unknown>

type Message =
  | { call: number; name: string; argument: unknown }
  | { reply: number; result?: unknown; error?: { message: string; code: unknown } }

/** The other end of a port. */
export type Calls<Theirs extends Handlers> = {
  /** @throws what the other end threw, as an Error with its message and code */
  call<Name extends keyof Theirs & string>(
    name: Name,
    argument: Parameters<Theirs[Name]>[0],
    transfer?: Transferable[],
  ): Promise<Awaited<ReturnType<Theirs[Name]>>>
  /** Ends every call under way with an error: nobody is there any more. */
  fail(error: Error): void
}

/** Lets two threads call each other's functions across a port. */
export function callsOver<Theirs extends Handlers>(
  port: MessagePort | Worker,
  ours: Handlers = {},
): Calls<Theirs> {
  const waiting = new Map<number, PromiseWithResolvers<never>>()
  let count = 0

  async function answer(number: number, name: string, argument: unknown): Promise<void> {
    const message: Message = { reply: number }
    try {
      message.result = await present(ours[name])(argument as never)
    } catch (error) {
      const { message: text, code } = asError(error)
      message.error = { message: text, code }
    }
    port.postMessage(message)
  }

  port.on('message', (message: Message) => {
    if ('call' in message) return void answer(message.call, message.name, message.argument)
    const reply = waiting.get(message.reply)
    waiting.delete(message.reply)
    const { error, result } = message
    if (error) reply?.reject(Object.assign(new Error(error.message), { code: error.code }))
    else reply?.resolve(result as never)
  })

  return {
    call(name, argument, transfer = []) {
      const reply = Promise.withResolvers<never>()
      waiting.set(count, reply)
      port.postMessage({ call: count++, name, argument } satisfies Message, transfer)
      return reply.promise
    },
    fail(error) {
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}
