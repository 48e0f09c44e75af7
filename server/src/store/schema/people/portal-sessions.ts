import type { Role } from '@zentrix/shared/scopes.ts'

/** A person of one organization whom the platform handed over; no user of better-auth. */
export type PortalPeopleTable = {
  id: string
  organization_id: string
  /** How the platform names the person. */
  external_id: string
  name: string
  email: string
  role: Role
  created_at: string
}

/** A link that nobody has opened yet, with what opening it sets. */
export type PortalLinksTable = {
  /** SHA-256 of the code, in base64url. */
  code_hash: string
  organization_id: string
  external_id: string
  name: string
  email: string
  role: Role
  /** The name of the service that made it. */
  made_by: string
  return_url: string | null
  expires_at: string
  session_expires_at: string
}

export type PortalSessionsTable = {
  /** SHA-256 of the token, in base64url. */
  token_hash: string
  person_id: string
  return_url: string | null
  created_at: string
  expires_at: string
}
