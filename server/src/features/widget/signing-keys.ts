import type { JsonWebKeySet } from '@zentrix/shared/schemas/widget.ts'
import type { KeyPurpose } from '../../crypto/sealing.ts'
import { makeSigningKey, openSigningKey, type SigningKey } from '../../crypto/signing.ts'
import type { Db } from '../../store/schema/database.ts'
import { findSigningKeys, insertFirstSigningKey } from './widget.store.ts'
import { findFact } from '../../store/deployment-facts.ts'

/** What widget tokens are signed with: the newest key signs, all of them verify. */
export type SigningKeys = {
  current: SigningKey
  all: SigningKey[]
  /** NumericDate; what was signed before is refused. */
  goodFromSeconds: number
}

/** AUTH_SECRET is not the one that the signing keys were sealed under. */
export class WrongAuthSecretError extends Error {
  constructor() {
    super('AUTH_SECRET is not the one that this database was made with')
  }
}

type Needs = { db: Db; keyFor(purpose: KeyPurpose): Buffer; now(): string }

/**
 * Opens the signing keys, making the first one when there is none.
 *
 * @throws {WrongAuthSecretError} when they were sealed under another AUTH_SECRET
 */
export async function loadSigningKeys(ctx: Needs): Promise<SigningKeys> {
  const sealingKey = ctx.keyFor('signing-keys')
  if ((await findSigningKeys(ctx.db)).length === 0)
    await insertFirstSigningKey(ctx.db, makeSigningKey(sealingKey), ctx.now())
  const all = (await findSigningKeys(ctx.db)).map((sealed) => {
    const key = openSigningKey(sealingKey, sealed)
    if (!key) throw new WrongAuthSecretError()
    return key
  })
  const restoredAt = await findFact(ctx.db, 'restored_at')
  const goodFromSeconds = restoredAt === undefined ? 0 : Math.ceil(Date.parse(restoredAt) / 1000)
  return { current: all[0]!, all, goodFromSeconds }
}

/** The public halves, as `/.well-known/jwks.json` shows them. */
export function publicKeySet({ all }: SigningKeys): JsonWebKeySet {
  return { keys: all.map((key) => key.publicJwk) }
}
