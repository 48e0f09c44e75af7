/** The last accepted request with a credential. */
export type LastUse = { at: string; ip: string | null }

/** Uses not yet written, by kind of credential. */
export type UseBuffer = { keys: Map<string, LastUse>; serviceTokens: Map<string, LastUse> }

/** Notes uses in memory; `flushUsage` writes them behind, at most a second later. */
export type UseRecorder = {
  recordKeyUse(keyId: string, use: LastUse): void
  recordServiceTokenUse(serviceTokenId: string, use: LastUse): void
  /** What is not written yet, so that a list shows a use at once. */
  lastKeyUse(keyId: string): LastUse | undefined
  /** Takes everything out, to be written. */
  drain(): UseBuffer
  /** Puts back what could not be written; newer uses win. */
  restore(buffer: UseBuffer): void
}

function emptyBuffer(): UseBuffer {
  return { keys: new Map(), serviceTokens: new Map() }
}

export function makeUseRecorder(): UseRecorder {
  let current = emptyBuffer()
  // Being written: still to be seen by readers until it is in the database.
  let leaving = emptyBuffer()

  return {
    recordKeyUse: (keyId, use) => void current.keys.set(keyId, use),
    recordServiceTokenUse: (id, use) => void current.serviceTokens.set(id, use),
    lastKeyUse: (keyId) => current.keys.get(keyId) ?? leaving.keys.get(keyId),
    drain() {
      leaving = current
      current = emptyBuffer()
      return leaving
    },
    restore(buffer) {
      current = {
        keys: new Map([...buffer.keys, ...current.keys]),
        serviceTokens: new Map([...buffer.serviceTokens, ...current.serviceTokens]),
      }
    },
  }
}
