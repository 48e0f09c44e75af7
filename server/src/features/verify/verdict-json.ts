import type { VerdictWithCopy } from './copies/verify-with-copy.ts'
import type { Verdict } from './verify-key.ts'

/**
 * A verdict as JSON, in the fields and order of `VerifyResult`. Written by hand, because a general
 * serializer would be most of a verification's work: our ids and times need no escaping.
 */
export function verdictJson(verdict: Verdict): string {
  if (!verdict.valid) {
    const budget = verdict.rateLimit ? `,"rateLimit":${budgetJson(verdict.rateLimit)}` : ''
    return `{"valid":false,"code":"${verdict.code}"${budget}}`
  }
  const { id, organizationId, label, environment, scopes, expiresAt } = verdict.key
  return (
    `{"valid":true,"code":"VALID","keyId":"${id}","organizationId":"${organizationId}"` +
    `,"label":${JSON.stringify(label)},"environment":"${environment}"` +
    `,"scopes":${scopes.length === 0 ? '[]' : JSON.stringify(scopes)}` +
    `,"expiresAt":${expiresAt === null ? 'null' : `"${expiresAt}"`}` +
    `,"rateLimit":${budgetJson(verdict.rateLimit)}}`
  )
}

function budgetJson({ limit, remaining, resetAt }: NonNullable<Verdict['rateLimit']>): string {
  return `{"limit":${limit},"remaining":${remaining},"resetAt":"${resetAt}"}`
}

/** The same with the copy of the key, where there is one. */
export function verdictWithCopyJson({ verdict, copy }: VerdictWithCopy): string {
  const json = verdictJson(verdict)
  return copy ? `${json.slice(0, -1)},"copy":${JSON.stringify(copy)}}` : json
}
