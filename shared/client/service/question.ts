import { readIpAddress } from '../../src/addresses.ts'
import { isScope, MAX_SCOPES } from '../../src/scopes.ts'
import { MAX_COST } from '../../src/verification/verdict.ts'
import type { Question } from '../verifier.ts'
import { VerifyConfigurationError } from './configuration-error.ts'

/** A question that was read, and is not read again. */
class CheckedQuestion {
  readonly scopes: Question['scopes']
  readonly ip: Question['ip']
  readonly cost: Question['cost']

  constructor(scopes: Question['scopes'], ip: Question['ip'], cost: Question['cost']) {
    this.scopes = scopes
    this.ip = ip
    this.cost = cost
  }
}

/** The same question for a request from another address; one that cannot be read is unknown. */
export function questionFrom({ scopes, cost }: CheckedQuestion, ip: unknown): CheckedQuestion {
  return new CheckedQuestion(scopes, readAddress(ip) ?? undefined, cost)
}

/**
 * The question as the service takes it, its address in normal form: the same rules as those of
 * `VerifyInput`, so that a wrong question is found before it is sent, and by a leased verifier too.
 *
 * @throws {VerifyConfigurationError} naming the fields that are wrong
 */
export function readQuestion(question: Question): CheckedQuestion {
  if (question instanceof CheckedQuestion) return question
  const { scopes, ip, cost } = question
  const wrong: string[] = []
  if (scopes !== undefined) wrong.push(...wrongScopes(scopes))
  const address = ip === undefined ? undefined : readAddress(ip)
  if (address === null) wrong.push('ip')
  if (cost !== undefined && !(Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST))
    wrong.push('cost')
  if (wrong.length > 0)
    throw new VerifyConfigurationError(`The question is wrong in ${wrong.join(', ')}`)
  return new CheckedQuestion(scopes, address ?? undefined, cost)
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
