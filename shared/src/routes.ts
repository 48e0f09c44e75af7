import { auditRoutes } from './routes/audit.ts'
import { catalogRoutes } from './routes/catalog.ts'
import { keyRoutes } from './routes/keys.ts'
import { leakRoutes } from './routes/leaks.ts'
import { peopleRoutes } from './routes/people/people.ts'
import { policyRoutes } from './routes/policy.ts'
import { portalSessionRoutes } from './routes/people/portal-sessions.ts'
import { signInPolicyRoutes } from './routes/people/sign-in-policy.ts'
import { serviceTokenRoutes } from './routes/service-tokens.ts'
import { usageRoutes } from './routes/usage.ts'
import { verifyRoutes } from './routes/verify.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { widgetRoutes } from './routes/widget.ts'

const all = {
  ...keyRoutes,
  ...policyRoutes,
  ...signInPolicyRoutes,
  ...usageRoutes,
  ...serviceTokenRoutes,
  ...auditRoutes,
  ...verifyRoutes,
  ...widgetRoutes,
  ...leakRoutes,
  ...catalogRoutes,
  ...webhookRoutes,
  ...peopleRoutes,
  ...portalSessionRoutes,
}

/** Every route has a name for generated clients, and one with a body a sample of it. */
type Described<Routes> = {
  [Name in keyof Routes]: { operationId: string } & (Routes[Name] extends { body: unknown }
    ? { example: object }
    : unknown)
}

/**
 * Every route of the API but those of sessions (`routes/sessions.ts`), by method and path: what it
 * takes, and what it answers by status. The server validates by these schemas; the portal imports
 * their types alone, so that it loads no zod.
 */
export const routes = all satisfies Described<typeof all>
