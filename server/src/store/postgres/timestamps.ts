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
    return {
      ...args.result,
      rows: args.result.rows.map((row) => withIsoTimestamps<UnknownRow>(row)),
    }
  }
}

/** @param Row as it is afterwards */
export function withIsoTimestamps<Row>(row: UnknownRow): Row {
  const iso: UnknownRow = {}
  for (const [column, value] of Object.entries(row))
    iso[column] = value instanceof Date ? value.toISOString() : value
  return iso as Row
}
