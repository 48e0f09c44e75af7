import type { PublicJwk, SealedSigningKey } from '../../crypto/signing.ts'
import { claimFact } from '../../store/deployment-facts.ts'
import type { Db } from '../../store/schema/database.ts'
import type { SpentTokensTable } from '../../store/schema/widget.ts'

/** All signing keys, newest first. */
export async function selectSigningKeys(db: Db): Promise<SealedSigningKey[]> {
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

/** Inserts the first key. Of two nodes that start at once, one inserts its key and the other sees it. */
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

/** Spends a token. Of two concurrent calls, one gets true. */
export async function insertSpentToken(db: Db, row: SpentTokensTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('spent_tokens')
    .values(row)
    .onConflict((conflict) => conflict.column('jti').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** The service that spent a token, and its Idempotency-Key. */
export function findSpentToken(db: Db, jti: string) {
  return db
    .selectFrom('spent_tokens')
    .select(['service_token_id', 'idempotency_hash'])
    .where('jti', '=', jti)
    .executeTakeFirst()
}

/** Deletes expired tokens: they are refused by their expiry, without a look-up. */
export async function deleteExpiredTokens(db: Db, before: string): Promise<void> {
  await db.deleteFrom('spent_tokens').where('expires_at', '<', before).execute()
}
