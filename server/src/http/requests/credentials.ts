import type { FastifyRequest } from 'fastify'
import { bearerToken, presentedKey, type Presented } from '@zentrix/shared/credential-headers.ts'

/** The token of `Authorization: Bearer …`; another scheme is a credential that can be no good. */
export function bearerOf({ headers }: FastifyRequest): Presented {
  const bearer = bearerToken(headers.authorization)
  return bearer === 'foreign' ? 'unusable' : bearer
}

/**
 * Whether a request authenticates by `Authorization`. A browser behind a proxy that asks for a
 * password sends that password on, beside our cookie.
 */
export function presentsBearer({ headers }: FastifyRequest): boolean {
  const bearer = bearerToken(headers.authorization)
  return bearer !== 'none' && bearer !== 'foreign'
}

/** The API key that a request presents, in `Authorization` or `X-API-Key`. */
export function keyOf({ headers }: FastifyRequest): Presented {
  return presentedKey(headers.authorization, headers['x-api-key']?.toString())
}

/** The token in a header that holds nothing else. */
export function tokenIn(header: string | string[] | undefined): Presented {
  return header ? { text: header.toString() } : 'none'
}
