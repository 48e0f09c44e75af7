import { readIpAddress } from '../../src/addresses.ts'
import { isScope, MAX_SCOPES } from '../../src/scopes.ts'
import { MAX_COST } from '../../src/verification/verdict.ts'
import type { Question } from '../verifier.ts'
import { VerifyConfigurationError } from './configuration-error.ts'

/**
 * The question as the service takes it, its address in normal form: the same rules as those of
 * `VerifyInput`, so that a wrong question is found before it is sent, and by a leased verifier too.
 *
 * @throws {VerifyConfigurationError} naming the fields that are wrong
 */
export function readQuestion({ scopes, ip, cost }: Question): Question {
  const wrong: string[] = []
  if (scopes !== undefined) wrong.push(...wrongScopes(scopes))
  const address = ip === undefined ? undefined : readAddress(ip)
  if (address === null) wrong.push('ip')
  if (cost !== undefined && !(Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST))
    wrong.push('cost')
  if (wrong.length > 0)
    throw new VerifyConfigurationError(`The question is wrong in ${wrong.join(', ')}`)
  return { scopes, ip: address ?? undefined, cost }
}

function wrongScopes(scopes: readonly unknown[]): string[] {
  if (!Array.isArray(scopes) || scopes.length > MAX_SCOPES) return ['scopes']
  return scopes.flatMap((scope, at) =>
    typeof scope === 'string' && isScope(scope) ? [] : [`scopes.${at}`],
  )
}

function readAddress(ip: unknown): string | null {
  return typeof ip === 'string' ? readIpAddress(ip) : null
}
