import type { Schema } from './rewrite-schemas.ts'
import type { AccessRule } from '../access-rules.ts'

type Parameter = { name: string; description: string; schema: Schema }

const organization = { type: 'string', pattern: '^org_[0-9A-Za-z_-]{1,64}$' }

/** The headers in which a caller says for whom it asks, as the access rule reads them. */
export function callerHeaders(by: AccessRule['by'] | undefined): Parameter[] {
  if (by !== 'tenant' && by !== 'person' && by !== 'session') return []
  return [
    {
      name: 'X-Organization-Id',
      description:
        by === 'tenant'
          ? 'The organization that the call is for. A service must name it; without it a person acts for the organization of the session'
          : 'The organization that the call is for; without it that of the session',
      schema: organization,
    },
    {
      name: 'X-User-Id',
      description:
        'Whom the page shows: if the session is of somebody else, nothing is done (`SESSION_CHANGED`)',
      schema: { type: 'string', maxLength: 100 },
    },
  ]
}
