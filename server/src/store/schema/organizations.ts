import type { Generated } from 'kysely'
import type { Subscription } from '@zentrix/shared/schemas/catalog.ts'

/** Rows of `organizations`; better-auth reads all but the last two. */
export type OrganizationsTable = {
  id: string
  name: string
  slug: string
  logo: string | null
  created_at: string
  metadata: string | null
  subscription: Subscription
  second_factor_required: Generated<number>
}
