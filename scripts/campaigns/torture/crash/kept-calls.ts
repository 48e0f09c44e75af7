// Our knowledge of widget tokens: no call starts twice, whatever happens in between.
import type { WidgetToken } from '../../../../shared/src/schemas/widget.ts'
import type { Random } from '../../../testkit/load/random.ts'
import { AGENT, read, type Caller } from './caller.ts'
import type { KeptKey } from './kept-keys.ts'

export type KeptCall = {
  accessToken: string
  /** Under which it was asked to start. */
  idempotencyKey: string | undefined
  /** Its answer, if there was one; undefined where the call may have started or not. */
  answer?: string | undefined
}

const OLD_CALLS_ASKED = 5

export type KeptCalls = ReturnType<typeof keptCalls>

export function keptCalls() {
  const calls: KeptCall[] = []
  let checkedCount = 0

  return {
    /** Has a token made with a key, and starts its call. */
    async start(caller: Caller, key: KeptKey, idempotencyKey?: string): Promise<void> {
      key.asked++
      const path = '/api/widget/token'
      const minted = await caller.callWithKey(key.secret!, {
        method: 'POST',
        path,
        body: { agentId: AGENT },
      })
      const { accessToken } = read<WidgetToken>(minted)
      key.accepted.push(minted)
      const call: KeptCall = { accessToken, idempotencyKey }
      calls.push(call)
      const answer = await consume(caller, call, idempotencyKey)
      read(answer)
      call.answer = answer.body
    },

    /** Finds broken promises about the calls. */
    async findFaults(caller: Caller, random: Random): Promise<string[]> {
      const old = calls.slice(0, checkedCount)
      const chosen = Array.from({ length: Math.min(OLD_CALLS_ASKED, old.length) }, () =>
        random.pick(old),
      )
      const recent = calls.slice(checkedCount)
      checkedCount = calls.length
      const faults = await Promise.all([...chosen, ...recent].map((call) => judge(caller, call)))
      return faults.flat()
    },
  }
}

async function judge(caller: Caller, call: KeptCall): Promise<string[]> {
  const faults: string[] = []
  if (call.idempotencyKey !== undefined) {
    const { status, body } = await consume(caller, call, call.idempotencyKey)
    call.answer ??= body
    if (status !== 200) faults.push(`a call's retry got ${status} ${body}`)
    else if (body !== call.answer) faults.push(`a call's retry got ${body}, not ${call.answer}`)
  }
  // Whether it had started may be open; from now on it has.
  const first = await consume(caller, call)
  const again = await consume(caller, call)
  if (first.status === 200 && call.answer !== undefined) faults.push('a call started twice')
  else if (first.status !== 200 && first.status !== 409)
    faults.push(`a call's token got ${first.status} ${first.body}`)
  if (again.status !== 409) faults.push(`a started call's token got ${again.status}`)
  call.answer ??= 'started'
  return faults
}

function consume(caller: Caller, { accessToken }: KeptCall, idempotencyKey?: string) {
  const path = '/api/internal/calls/consume'
  return caller.call({ method: 'POST', path, body: { accessToken }, idempotencyKey })
}
