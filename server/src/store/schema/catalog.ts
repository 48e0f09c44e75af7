/** Rows of `agents`. `organization_id` null: every organization may use it. */
export type AgentsTable = {
  id: string
  name: string
  active: number
  organization_id: string | null
  allowed_origins: string | null
  updated_at: string
}

/** Rows of `declared_scopes`: what keys may be allowed, as services of the platform call it. */
export type DeclaredScopesTable = { name: string; description: string; updated_at: string }

/** Rows of `instances`: one customer's own form of an agent. */
export type InstancesTable = {
  id: string
  agent_id: string
  organization_id: string
  name: string | null
  active: number
  updated_at: string
}
