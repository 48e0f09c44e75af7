import type { JsonWebKeySet } from '@zentrix/shared/schemas/widget.ts'
import type { KeyPurpose } from '../../crypto/sealing.ts'
import { makeSigningKey, openSigningKey, type SigningKey } from '../../crypto/signing.ts'
import type { Db } from '../../store/schema/database.ts'
import { selectSigningKeys, insertFirstSigningKey } from './widget.store.ts'
import { findFact } from '../../store/deployment-facts.ts'

/** The keys of widget tokens: the newest one signs, all of them verify. */
export type SigningKeys = {
  current: SigningKey
  all: SigningKey[]
  /** NumericDate; tokens that were signed before are refused. */
  goodFromSeconds: number
}

/** The signing keys were sealed under a different AUTH_SECRET. */
export class WrongAuthSecretError extends Error {
  constructor() {
    super('AUTH_SECRET is not the one that this database was made with')
  }
}

type Needs = { db: Db; keyFor(purpose: KeyPurpose): Buffer; now(): string }

/**
 * Opens the signing keys, after making the first one if there is none.
 *
 * @throws {WrongAuthSecretError} when they were sealed under a different AUTH_SECRET
 */
export async function loadSigningKeys(ctx: Needs): Promise<SigningKeys> {
  const sealingKey = ctx.keyFor('signing-keys')
  if ((await selectSigningKeys(ctx.db)).length === 0)
    await insertFirstSigningKey(ctx.db, makeSigningKey(sealingKey), ctx.now())
  const all = (await selectSigningKeys(ctx.db)).map((sealed) => {
    const key = openSigningKey(sealingKey, sealed)
    if (!key) throw new WrongAuthSecretError()
    return key
  })
  const restoredAt = await findFact(ctx.db, 'restored_at')
  const goodFromSeconds = restoredAt === undefined ? 0 : Math.ceil(Date.parse(restoredAt) / 1000)
  const [current] = all
  if (current === undefined) throw new Error('the database has no signing key')
  return { current, all, goodFromSeconds }
}

/** The public halves, as `/.well-known/jwks.json` shows them. */
export function publicKeySet({ all }: SigningKeys): JsonWebKeySet {
  return { keys: all.map((key) => key.publicJwk) }
}
