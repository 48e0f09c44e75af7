import type { Agent, DeclaredScope, Instance } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { mayServe, type ServicePrincipal } from '../principals.ts'
import { findAgent, findInstance } from './catalog.store.ts'
import { findScope, listScopes as selectScopes } from './scopes.store.ts'

/** An agent, for a service that may know of it. @throws {NotFoundError} otherwise */
export async function getAgent(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<Agent> {
  const agent = await findAgent(ctx.db, id)
  const isVisible =
    agent && (agent.organizationId === null || mayServe(service, agent.organizationId))
  if (!isVisible) throw new NotFoundError('Agent not found')
  return agent
}

/** An agent, or an instance of one, with which an organization may start a call. */
export type Callable = { agent: Agent; instance: Instance | null }

/**
 * The agent, and the instance if one is named, when both are active and the organization may use
 * them; undefined otherwise.
 */
export async function findCallable(
  ctx: Context,
  organizationId: string,
  agentId: string,
  instanceId: string | null,
): Promise<Callable | undefined> {
  const agent = await findAgent(ctx.db, agentId)
  if (!agent?.active) return undefined
  if (agent.organizationId !== null && agent.organizationId !== organizationId) return undefined
  if (instanceId === null) return { agent, instance: null }
  const instance = await findInstance(ctx.db, instanceId)
  const isUsable =
    instance?.active && instance.organizationId === organizationId && instance.agentId === agentId
  return isUsable ? { agent, instance } : undefined
}

/** An instance, for a service that may know of it. @throws {NotFoundError} otherwise */
export async function getInstance(
  ctx: Context,
  service: ServicePrincipal,
  id: string,
): Promise<Instance> {
  const instance = await findInstance(ctx.db, id)
  if (!instance || !mayServe(service, instance.organizationId))
    throw new NotFoundError('Instance not found')
  return instance
}

/** All scopes that services declared, by name. */
export async function listScopes(ctx: Context): Promise<{ data: DeclaredScope[] }> {
  return { data: await selectScopes(ctx.committed) }
}

/** A scope that a service declared. @throws {NotFoundError} when nobody did */
export async function getScope(ctx: Context, name: string): Promise<DeclaredScope> {
  const scope = await findScope(ctx.committed, name)
  if (!scope) throw new NotFoundError('Scope not found')
  return scope
}
