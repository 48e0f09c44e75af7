import { setTimeout as sleep } from 'node:timers/promises'
import { openSession } from '../../../testkit/processes/postgres.ts'
import type { Fault, Injected, Subject } from './fault.ts'
import type { ProxyMode } from '../../../testkit/processes/proxy.ts'

const allFails: Injected = {
  verifications: 'fails',
  changes: 'fails',
  readyz: 503,
  restart: 'works',
}

const shaky: Injected = {
  verifications: 'either',
  changes: 'either',
  readyz: 'either',
  restart: 'works',
}

const CUT_EVERY_MS = 100
const MAX_SESSIONS = 300

const crashed: Fault = {
  name: 'PostgreSQL crashed',
  database: 'postgres',
  async inject({ server }) {
    await server.crash()
    return { ...allFails, heal: () => server.resume() }
  },
}

const standby: Fault = {
  name: 'PostgreSQL came back as a standby',
  database: 'postgres',
  async inject({ server }) {
    await server.crash()
    await server.resume('standby')
    const heal = async () => {
      await server.crash()
      await server.resume()
    }
    return { ...allFails, heal }
  },
}

const readOnly: Fault = {
  name: 'PostgreSQL set to be read only',
  database: 'postgres',
  async inject({ databaseUrl }) {
    const set = async (value: 'on' | 'off') => {
      const session = await openSession(databaseUrl)
      await session.query('set default_transaction_read_only = off')
      await session.query(`alter system set default_transaction_read_only = ${value}`)
      await session.query('select pg_reload_conf()')
      await session.end()
    }
    await set('on')
    return { ...allFails, heal: () => set('off') }
  },
}

const cut: Fault = {
  name: 'every connection ended, again and again',
  database: 'postgres',
  async inject({ databaseUrl }) {
    const session = await openSession(databaseUrl)
    const ending = new AbortController()
    const cutting = (async () => {
      while (!ending.signal.aborted) {
        await session.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`)
        await sleep(CUT_EVERY_MS)
      }
    })()
    const heal = async () => {
      ending.abort()
      await cutting
      await session.end()
    }
    return { ...shaky, heal }
  },
}

const tableLocked: Fault = {
  name: 'table of keys locked',
  database: 'postgres',
  async inject({ databaseUrl }) {
    const session = await openSession(databaseUrl)
    await session.query('begin')
    await session.query('lock table api_keys in access exclusive mode')
    return { ...allFails, heal: () => session.end() }
  },
}

const crowded: Fault = {
  name: 'no connection left',
  database: 'postgres',
  async inject({ databaseUrl }) {
    const admin = await openSession(databaseUrl)
    const sessions = [admin]
    const takeAll = async () => {
      for (;;)
        try {
          if (sessions.length >= MAX_SESSIONS) return
          sessions.push(await openSession(databaseUrl))
        } catch {
          return
        }
    }
    await takeAll()
    // Ours have asked nothing yet; the service is left without what it had.
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query <> ''`)
    await takeAll()
    const heal = async () => void (await Promise.all(sessions.map((session) => session.end())))
    return { ...shaky, heal }
  },
}

function onTheWire(name: string, mode: (subject: Subject) => ProxyMode, effect: Injected): Fault {
  return {
    name,
    database: 'postgres',
    async inject(subject) {
      subject.proxy.set(mode(subject))
      const heal = async () => subject.proxy.set('open')
      // The server has to notice whose transactions are left behind with their locks.
      return { ...effect, heal, recoversWithinMs: 6000 }
    },
  }
}

export const postgresFaults: Fault[] = [
  crashed,
  onTheWire('network silent', () => 'frozen', allFails),
  readOnly,
  tableLocked,
  cut,
  standby,
  onTheWire('network gone', () => 'closed', allFails),
  onTheWire('answers broken off', () => 'resetting', allFails),
  onTheWire('network slow', () => ({ delayMs: 250 }), shaky),
  onTheWire('network very slow', () => ({ delayMs: 2500 }), shaky),
  crowded,
]
