import { appendFileSync } from 'node:fs'
import { expect, inject, onTestFinished } from 'vitest'
import type { TestApi } from '../api/kit.ts'
import { note, noteSecrets, type KnownSecrets } from './known-secrets.ts'
import { recordHttp, type Exchange } from './record-http.ts'
import { leaksInAnswers, leaksInFiles, leaksInRows, leaksInText } from './search-secrets.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests note the secrets that they issued. */
    secretsFile: string
  }
}

/**
 * Fails the test at its end if a secret that its service gave out, or was sent, is anywhere else
 * than in the answer that gave it out: in another answer, a log, the database or its journal.
 */
export function watchSecrets({ app, ctx, logs }: Pick<TestApi, 'app' | 'ctx' | 'logs'>): void {
  const known: KnownSecrets = { kinds: new Map(), shapeless: [] }
  note(known, ctx.config.authSecret, 'credential')
  const exchanges: Exchange[] = []
  recordHttp(app.server, (exchange) => {
    exchanges.push(exchange)
    noteSecrets(known, exchange)
  })
  onTestFinished(async () => {
    appendFileSync(inject('secretsFile'), [...known.kinds.keys(), ''].join('\n'))
    const { database } = ctx.config
    expect([
      ...leaksInAnswers(exchanges, known),
      ...leaksInText(logs.join(''), known, 'the log'),
      ...(database.dialect === 'sqlite'
        ? leaksInFiles(database.path, known)
        : await leaksInRows(database.url, known)),
    ]).toEqual([])
  })
}
