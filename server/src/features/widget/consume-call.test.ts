import { decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { WidgetToken } from '@zentrix/shared/schemas/widget.ts'
import { expectError, onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'
import { AGENT, mintedToken, prepare } from '../../../../scripts/testkit/api/widget.ts'

onEachDatabase((open) => {
  describe('consuming', () => {
    test('a token starts its call once', async () => {
      const api = await open()
      const { owner, issued, mint, consume } = await prepare(api)
      const { body } = await mint()
      const { accessToken, callId } = body as WidgetToken
      const answers = await Promise.all(Array.from({ length: 8 }, () => consume(accessToken)))
      const [first, ...others] = answers.toSorted((a, b) => a.status - b.status)
      expect(first!.body).toEqual({
        callId,
        agentId: AGENT,
        instanceId: null,
        organizationId: owner.organizationId,
        keyId: issued.id,
        language: 'en',
        callerName: null,
      })
      for (const other of others) expectError(other, 409, 'ALREADY_USED')
    })

    test('only the same service may repeat it, under its Idempotency-Key', async () => {
      const api = await open()
      const { mint, consume } = await prepare(api)
      const token = await mintedToken(mint)
      const headers = { 'Idempotency-Key': 'call-0123456789abcdef' }
      const first = await consume(token, headers)
      const again = await consume(token, headers)
      expect([again.status, again.body]).toEqual([200, first.body])
      expectError(await consume(token), 409, 'ALREADY_USED')
      const otherKey = { 'Idempotency-Key': 'call-fedcba9876543210' }
      expectError(await consume(token, otherKey), 409, 'ALREADY_USED')
      const otherService = { ...headers, Authorization: `Bearer ${await api.serviceToken()}` }
      expectError(await consume(token, otherService), 409, 'ALREADY_USED')
      expectError(await consume(token, { 'Idempotency-Key': 'short' }), 400, 'INVALID_INPUT')
      api.clock.advance(60)
      expectError(await consume(token, headers), 401, 'UNAUTHORIZED')
    })

    test('an expired or forged token is a 401', async () => {
      const api = await open()
      const { issued, mint, consume } = await prepare(api)
      const token = await mintedToken(mint)
      const [header, payload, signature] = token.split('.') as [string, string, string]
      const { privateKey } = await generateKeyPair('EdDSA')
      const forged = await new SignJWT({ callId: 'call_x' })
        .setProtectedHeader(decodeProtectedHeader(token) as { alg: string })
        .setExpirationTime('1h')
        .sign(privateKey)
      const unsigned = `${Buffer.from('{"alg":"none","typ":"nas-widget+jwt"}').toString('base64url')}.${payload}.`
      const flipped = signature.startsWith('A')
        ? `B${signature.slice(1)}`
        : `A${signature.slice(1)}`
      for (const bad of ['', 'x', issued.key, forged, unsigned, `${header}.${payload}.${flipped}`])
        expectError(await consume(bad), 401, 'UNAUTHORIZED')
      // Other spellings of the same signature.
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const altered = alphabet[alphabet.indexOf(token.at(-1)!) ^ 1]!
      for (const bad of [token.slice(0, -1) + altered, `${token} `, `${token}=`])
        expectError(await consume(bad), 401, 'UNAUTHORIZED')
      api.clock.advance(60)
      expectError(await consume(token), 401, 'UNAUTHORIZED')
    })

    test('a token is refused once its key, organization or agent is not good', async () => {
      const api = await open()
      const { owner, issued, put, mint, consume } = await prepare(api)
      const tokens = [
        await mintedToken(mint),
        await mintedToken(mint),
        await mintedToken(mint),
        await mintedToken(mint),
      ]
      const refusedAfter = async (change: () => Promise<unknown>) => {
        await change()
        expectError(await consume(tokens.at(-1)!), 401, 'UNAUTHORIZED')
      }
      const { organizationId } = owner
      await refusedAfter(() => put(`agents/${AGENT}`, { name: 'x', active: false }))
      await put(`agents/${AGENT}`, { name: 'x', active: true })
      await refusedAfter(() =>
        put(`organizations/${organizationId}`, { name: 'x', subscription: 'inactive' }),
      )
      await put(`organizations/${organizationId}`, { name: 'x', subscription: 'active' })
      const setEnabled = (enabled: boolean) => async () =>
        owner.agent.patch(`/api/keys/${issued.id}`).send({ enabled }).expect(200)
      await refusedAfter(setEnabled(false))
      await setEnabled(true)()
      // A refusal spends nothing: the token is good again once everything else is.
      expect((await consume(tokens.at(-1)!)).status).toBe(200)
      await owner.agent.delete(`/api/keys/${issued.id}`).expect(204)
      expectError(await consume(tokens[0]!), 401, 'UNAUTHORIZED')
    })

    test('a service limited to other organizations cannot consume', async () => {
      const api = await open()
      const { mint, consume } = await prepare(api)
      const stranger = await api.owner()
      const limited = await api.serviceToken({ organizationIds: [stranger.organizationId] })
      const token = await mintedToken(mint)
      const answer = await consume(token, { Authorization: `Bearer ${limited}` })
      expectError(answer, 401, 'UNAUTHORIZED')
    })
  })
})
