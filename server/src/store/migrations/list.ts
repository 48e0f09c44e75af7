import type { Migration } from 'kysely/migration'
import { columnTypes, type DialectName } from '../schema/dialect.ts'
import { people } from './001-people.ts'
import { keys } from './002-keys.ts'
import { calls } from './003-calls.ts'
import { idempotency } from './004-idempotency.ts'
import { audit } from './005-audit.ts'
import { sharedBudgets } from './006-shared-budgets.ts'
import { peopleLimits } from './007-people-limits.ts'
import { verdictChanges } from './008-verdict-changes.ts'
import { leaseNodes } from './009-lease-nodes.ts'
import { policyAndScopes } from './010-policy-and-scopes.ts'
import { callers } from './011-callers.ts'
import { portalSessions } from './012-portal-sessions.ts'
import { webhooks } from './013-webhooks.ts'
import { secondFactorRequired } from './014-second-factor-required.ts'
import { leaseOrganizations } from './015-lease-organizations.ts'
import { expiryNotices } from './016-expiry-notices.ts'
import { lastSeen } from './017-last-seen.ts'
import { eventTraces } from './018-event-traces.ts'

/** Every migration by name, in the order in which they run. */
export function migrations(dialect: DialectName): Record<string, Migration> {
  const types = columnTypes[dialect]
  return {
    '001-people': people(types),
    '002-keys': keys(types),
    '003-calls': calls(types),
    '004-idempotency': idempotency(types),
    '005-audit': audit(types),
    '006-shared-budgets': sharedBudgets(types),
    '007-people-limits': peopleLimits(types),
    '008-verdict-changes': verdictChanges(types),
    '009-lease-nodes': leaseNodes(types),
    '010-policy-and-scopes': policyAndScopes(types),
    '011-callers': callers(types),
    '012-portal-sessions': portalSessions(types),
    '013-webhooks': webhooks(types),
    '014-second-factor-required': secondFactorRequired(),
    '015-lease-organizations': leaseOrganizations(types),
    '016-expiry-notices': expiryNotices(types),
    '017-last-seen': lastSeen(types),
    '018-event-traces': eventTraces(),
  }
}
