/** Uses in the order in which they were noted, in columns, so that noting one allocates nothing. */
export type UsageBatch = {
  count: number
  keyNumbers: Float64Array<ArrayBuffer>
  timesMs: Float64Array<ArrayBuffer>
  outcomes: Uint8Array<ArrayBuffer>
  /** Positions in `ips`; 0 is "not known". */
  ipNumbers: Int32Array<ArrayBuffer>
  ips: (string | null)[]
  /** Last uses of service tokens: there are few, so they are kept by id. */
  serviceTokens: [id: string, atMs: number, ip: string | null][]
}
