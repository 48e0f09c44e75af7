import type { Random } from '../../testkit/load/random.ts'

/** One way of mistreating the service, which has to keep its promises all the same. */
export type Campaign = {
  /** In kebab-case; `--only` takes it. */
  name: string
  /** Its purpose, for the table. */
  summary: string
  /** How many rounds it takes in a test, and in a whole campaign. A round is some seconds at most. */
  rounds: { short: number; long: number }
  /** Starts what it needs, and leaves nothing behind, however it ends. */
  run(options: CampaignOptions): Promise<void>
}

export type CampaignOptions = {
  rounds: number
  /** Every choice comes from here, so that a seed repeats it. */
  random: Random
  /** A PostgreSQL server, for databases of its own; its name is the campaign's to choose. */
  postgresUrl: string
  /** The run is to end: no further round. */
  signal: AbortSignal
  tally: Tally
}

/** The figures and findings of a campaign; it counts here while it goes on. */
export type Tally = {
  /** Rounds done. */
  rounds: number
  /** The number of faults around the service: of a disk, a database, a connection. */
  faults: number
  /** Ends without warning that the service came back from. */
  crashes: number
  requests: number
  /** Broken promises, each with what is needed to look into it. None is what we want. */
  violations: string[]
  /** Further notes for a person, such as how many answers of a kind there were. */
  notes: string[]
}

export function emptyTally(): Tally {
  return { rounds: 0, faults: 0, crashes: 0, requests: 0, violations: [], notes: [] }
}
