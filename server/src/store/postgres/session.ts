import pg from 'pg'
import { limitReasons, settings, type Limits } from './settings.ts'
import { keysOf } from '../../lib/typed.ts'

export type SessionConfig = pg.ClientConfig & { limits: Limits }

type ReportingConnection = NodeJS.EventEmitter & { stream: { destroy(): void } }

type ParameterReport = { parameterName: string; parameterValue: string }

type Wanted = { values: [string, ...string[]]; from: 'startup' | 'connect' | 'check'; why: string }

/** Another schema than `public`, where DATABASE_URL names one by its `options`. */
const SCHEMA_OPTION = /(?:^|\s)(?:-c\s*|--)search_path=([a-z_][a-z0-9_]*)(?:\s|$)/

/**
 * A connection that has the settings it needs, whatever the server, the database and the role say,
 * and that ends when one of them changes. `prepareSession` has to be the first to use it.
 *
 * It also ends when its server begins to refuse writes. Such a server is a standby, or a primary
 * that was fenced off for another: what it says of a key may be of yesterday. PostgreSQL 14 and
 * later report both of themselves, before the answer that is first affected.
 */
export class SessionClient extends pg.Client {
  readonly wanted: Map<string, Wanted>
  isPrepared = false

  constructor(config: SessionConfig) {
    super(config)
    const { connection, connectionParameters } = this as unknown as {
      connection: ReportingConnection
      connectionParameters: { options?: string }
    }
    const schema = SCHEMA_OPTION.exec(connectionParameters.options ?? '')?.[1]
    this.wanted = wantedSettings(config.limits, schema)
    connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterReport) => {
      const fault = this.#faultOf(parameterName, parameterValue)
      if (!fault) return
      connection.emit('error', fault)
      connection.stream.destroy()
    })
  }

  #faultOf(name: string, value: string): Error | undefined {
    if (name === 'in_hot_standby' || name === 'default_transaction_read_only')
      return value === 'on' ? new NoPrimaryError() : undefined
    return this.isPrepared ? faultIn(this.wanted, name, value) : undefined
  }

  /** The driver's own method, which it calls when the connection is there. */
  getStartupConf(): Record<string, string> {
    const startup = { ...startupOf(this) }
    for (const [name, { from, values }] of this.wanted)
      if (from === 'startup') startup[name] = values[0]
    return startup
  }
}

function startupOf(client: SessionClient): Record<string, string> {
  const { getStartupConf } = pg.Client.prototype as unknown as {
    getStartupConf(this: pg.Client): Record<string, string>
  }
  return getStartupConf.call(client)
}

function wantedSettings(limits: Limits, schema = 'public'): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>()
  for (const name of keysOf(limits))
    wanted.set(name, { values: [limits[name]], from: 'startup', why: limitReasons[name] })
  for (const setting of settings) {
    if (setting.from === 'left') continue
    const { name, from, value, orAlso = [], why } = setting
    const first = name === 'search_path' ? schema : value
    wanted.set(name, { values: [first, ...orAlso], from, why })
  }
  return wanted
}

/**
 * Reads every setting that the session depends on, and sets what is otherwise; a pooler in between
 * may have dropped what the startup message said. A setting that the server does not know is of a
 * later version.
 *
 * @throws {SettingError | NoPrimaryError}
 */
export async function prepareSession(client: SessionClient): Promise<void> {
  const wanted = [...client.wanted]
  const { rows } = await client.query<{ name: string; value: string | null }>(
    `select wanted.name,
       case when wanted.is_fixed or present.value = any (string_to_array(wanted.either, '|'))
         then present.value
         else pg_catalog.set_config(wanted.name, split_part(wanted.either, '|', 1), false)
       end as value
     from unnest($1::text[], $2::text[], $3::text[]::boolean[])
         as wanted(name, either, is_fixed),
       lateral (select pg_catalog.current_setting(wanted.name, true) as value) as present
     where present.value is not null or wanted.name like '%.%'`, // ours are unknown at first
    [
      wanted.map(([name]) => name),
      wanted.map(([, { values }]) => values.join('|')),
      wanted.map(([, { from }]) => `${from === 'check'}`),
    ],
  )
  for (const { name, value } of rows) {
    if (name === 'transaction_read_only' && value !== 'off') throw new NoPrimaryError()
    const fault = faultIn(client.wanted, name, value ?? '')
    if (fault) throw fault
  }
  client.isPrepared = true
}

function faultIn(
  wanted: SessionClient['wanted'],
  name: string,
  value: string,
): SettingError | undefined {
  const setting = wanted.get(name)
  if (!setting || setting.values.includes(value)) return undefined
  return new SettingError(name, value, setting)
}

/** In PostgreSQL's class for connections that are refused. */
class SettingError extends Error {
  readonly code = '08004'

  constructor(name: string, value: string, { values, why }: Wanted) {
    super(`PostgreSQL has ${name} = ${value} and needs ${values[0]}: ${why}`)
  }
}

class NoPrimaryError extends Error {
  readonly code = '25006' // PostgreSQL's own, for a write there

  constructor() {
    super('The database server refuses writes: it is a standby, or was set to be read only')
  }
}
