// A process that judges keys without pause, as a service does that guards its API with leases.
import { createVerifier } from '../../../../shared/client/create-verifier.ts'
import { machineMs, type FromVerifier, type Seen, type ToVerifier } from './messages.ts'

const AT_ONCE = 16
const MAX_ASKING = 8

const [url = '', serviceToken = ''] = process.argv.slice(2)
const keys = new Map<string, { secret: string; seen: Seen }>()
const verifier = createVerifier({
  url,
  serviceToken,
  onUnavailable: 'deny',
  timeoutMs: 5000,
  report: () => undefined,
})
let asking = 0
let isClosed = false

function tell(message: FromVerifier): void {
  process.send?.(message)
}

/** Judges each watched key, over and over; what no copy decides, it asks. */
function judgeSome(): void {
  if (isClosed) return
  const watched = [...keys.values()]
  for (let n = 0; n < Math.min(AT_ONCE, watched.length); n++) {
    const key = watched[Math.floor(Math.random() * watched.length)]
    if (key === undefined) continue
    const { secret, seen } = key
    const [startMs, startWallMs] = [machineMs(), Date.now()]
    const verdict = verifier.verifyNow(secret)
    if (verdict === undefined) {
      if (asking < MAX_ASKING) void ask(secret, seen)
      continue
    }
    note(seen, verdict.valid, 'acceptedByLease', startMs)
    const isOverdue =
      verdict.code === 'VALID' && startWallMs > Date.parse(verdict.rateLimit.resetAt)
    if (isOverdue) seen.afterMinute++
  }
  // A turn of the event loop, so that answers are read; a process that only judges would starve.
  setTimeout(judgeSome, keys.size === 0 ? 5 : 1)
}

async function ask(secret: string, seen: Seen): Promise<void> {
  asking++
  const startMs = machineMs()
  try {
    const { valid, source } = await verifier.verify(secret)
    note(seen, valid, source === 'lease' ? 'acceptedByLease' : 'acceptedByService', startMs)
  } finally {
    asking--
  }
}

function note(
  seen: Seen,
  valid: boolean,
  how: 'acceptedByLease' | 'acceptedByService',
  startMs: number,
): void {
  if (!valid) return void seen.refused++
  seen[how]++
  seen.lastYesMs = Math.max(seen.lastYesMs, startMs)
}

process.on('message', (message: ToVerifier) => {
  if (message.type === 'watch') {
    const { id, secret } = message.key
    const none = { acceptedByLease: 0, acceptedByService: 0, refused: 0 }
    const seen: Seen = { type: 'seen', id, ...none, lastYesMs: -1, afterMinute: 0 }
    keys.set(id, { secret, seen })
  } else if (message.type === 'forget') {
    const key = keys.get(message.id)
    keys.delete(message.id)
    if (key) tell(key.seen)
  } else {
    isClosed = true
    void verifier.close().then(() => process.disconnect())
  }
})

// The run is gone, however it ended.
process.once('disconnect', () => process.exit())

await verifier.ready
tell({ type: 'ready' })
judgeSome()
