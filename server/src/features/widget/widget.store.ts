import type { PublicJwk, SealedSigningKey } from '../../crypto/signing.ts'
import { claimFact } from '../../store/deployment-facts.ts'
import type { Db } from '../../store/schema/database.ts'
import type { SpentTokensTable } from '../../store/schema/widget.ts'

/** Every signing key, newest first. */
export async function findSigningKeys(db: Db): Promise<SealedSigningKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'sealed_private_key'])
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute()
  return rows.map((row) => ({
    kid: row.kid,
    publicJwk: JSON.parse(row.public_jwk) as PublicJwk,
    sealedPrivateKey: row.sealed_private_key,
  }))
}

/** Inserts the first key; of two nodes that start at once, one does and the other sees its key. */
export async function insertFirstSigningKey(
  db: Db,
  key: SealedSigningKey,
  now: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await claimFact(tx, 'first-signing-key', key.kid))) return
    await tx
      .insertInto('signing_keys')
      .values({
        kid: key.kid,
        public_jwk: JSON.stringify(key.publicJwk),
        sealed_private_key: key.sealedPrivateKey,
        created_at: now,
      })
      .execute()
  })
}

/** Spends a token. Of two at once, one gets true. */
export async function insertSpentToken(db: Db, row: SpentTokensTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('spent_tokens')
    .values(row)
    .onConflict((conflict) => conflict.column('jti').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Who spent a token, and under which Idempotency-Key. */
export function findSpentToken(db: Db, jti: string) {
  return db
    .selectFrom('spent_tokens')
    .select(['service_token_id', 'idempotency_hash'])
    .where('jti', '=', jti)
    .executeTakeFirst()
}

/** Forgets tokens that have expired: their signature is refused without being looked up. */
export async function deleteExpiredTokens(db: Db, before: string): Promise<void> {
  await db.deleteFrom('spent_tokens').where('expires_at', '<', before).execute()
}
