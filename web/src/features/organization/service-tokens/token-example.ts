import type { OrganizationScope } from '@zentrix/shared/scopes.ts'

/** A call that the token may make. */
export function tokenExample(
  origin: string,
  secret: string,
  scopes: OrganizationScope[],
  organizationId: string,
): string {
  if (scopes.includes('keys:verify'))
    return `curl -X POST ${origin}/api/auth/verify \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"key": "nas_your_api_key"}'`
  const path = scopes.includes('keys:manage') ? 'keys' : 'audit-events'
  return `curl ${origin}/api/${path} \\
  -H "Authorization: Bearer ${secret}" \\
  -H "X-Organization-Id: ${organizationId}"`
}
