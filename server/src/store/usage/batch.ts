/** Uses in the order in which they were noted, in columns, so that noting one allocates nothing. */
export type UsageBatch = {
  count: number
  keyNumbers: Float64Array<ArrayBuffer>
  timesMs: Float64Array<ArrayBuffer>
  outcomes: Uint8Array<ArrayBuffer>
  /** Positions in `ips`; 0 is "not known". */
  ipNumbers: Int32Array<ArrayBuffer>
  ips: (string | null)[]
  /** Uses that verifiers have counted themselves, by key and outcome as above. */
  counted: CountedUses[]
  /** Last uses of service tokens: there are few, so they are kept by id. */
  serviceTokens: [id: string, atMs: number, ip: string | null][]
}

export type CountedUses = {
  keyNumber: number
  outcome: number
  count: number
  /** The last of them. */
  atMs: number
  ip: string | null
}
