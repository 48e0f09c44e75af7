import { errorCode } from '../../../lib/caught.ts'

// better-auth's codes whose status differs from the contract's section 2.
const statuses: Record<string, number> = {
  MEMBER_NOT_FOUND: 404,
  ORGANIZATION_NOT_FOUND: 404,
  USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION: 404,
  YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION: 404,
}

/** The status for one of better-auth's answers; 422 is not used here. */
export function correctStatus(status: number, body: string): number {
  if (status < 400) return status
  const code = codeOf(body)
  if (code.startsWith('YOU_ARE_NOT_ALLOWED_TO_')) return 403
  return statuses[code] ?? (status === 422 ? 400 : status)
}

function codeOf(body: string): string {
  try {
    return errorCode(JSON.parse(body)) ?? ''
  } catch {
    return ''
  }
}
