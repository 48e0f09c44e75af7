import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { onEachDatabase } from '../../../../../scripts/testkit/api/kit.ts'
import { hashSecret } from '../../../crypto/hash.ts'
import { systemPrincipal } from '../../principals.ts'
import { readLines } from '../../../lib/reading/read-lines.ts'
import { importKeys } from './import-keys.ts'
import { loadImportedKeys } from './load-imported-keys.ts'

onEachDatabase((open) => {
  test('a scan knows every imported key, and no key that was made here', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    expect(await loadImportedKeys(api.ctx)).toBeUndefined()

    const secrets = Array.from({ length: 8 }, (_, index) => `sk_live_${index}`)
    const lines = secrets.map((secret) =>
      JSON.stringify({
        sha256: hashSecret(secret).toString('hex'),
        label: 'Old',
        last4: secret.slice(-4),
      }),
    )
    const bytes = Readable.from([Buffer.from(lines.join('\n'))])
    await importKeys(api.ctx, systemPrincipal, owner.organizationId, readLines(bytes, 1000), {
      refuse: () => undefined,
      beforeWriting: () => undefined,
      progress: () => undefined,
      signal: new AbortController().signal,
    })
    for (const keysAtOnce of [3, 4, 100]) {
      const imported = await loadImportedKeys(api.ctx, keysAtOnce)
      expect(imported!.count()).toBe(secrets.length)
      for (const secret of secrets) {
        expect(imported!.has(secret)).toBe(true)
        expect(imported!.mayEndWith(Buffer.from(secret.slice(-4)).readInt32BE(0))).toBe(true)
      }
      expect(imported!.has(key)).toBe(false)
    }
  })
})
