import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  UnknownRow,
} from 'kysely'

/** Turns the Date that pg makes of a timestamptz into the ISO text that SQLite keeps. */
export class IsoTimestampsPlugin implements KyselyPlugin {
  transformQuery(args: PluginTransformQueryArgs) {
    return args.node
  }

  async transformResult(args: PluginTransformResultArgs) {
    return { ...args.result, rows: args.result.rows.map(withIsoTimestamps) }
  }
}

export function withIsoTimestamps(row: UnknownRow): UnknownRow {
  const iso: UnknownRow = {}
  for (const [column, value] of Object.entries(row))
    iso[column] = value instanceof Date ? value.toISOString() : value
  return iso
}
