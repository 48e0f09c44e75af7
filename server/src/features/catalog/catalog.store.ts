import type {
  Agent,
  Instance,
  PutAgentInput,
  PutInstanceInput,
} from '@zentrix/shared/schemas/catalog.ts'
import { claimFact, type FactName } from '../../store/deployment-facts.ts'
import type { Db } from '../../store/schema/database.ts'
import { readFlag, readTextOrNull, readTextsOrNull } from '../../lib/reading/read-values.ts'
import type { AgentsTable, InstancesTable } from '../../store/schema/catalog.ts'

const agentColumns = ['id', 'name', 'active', 'organization_id', 'allowed_origins'] as const
const instanceColumns = ['id', 'agent_id', 'organization_id', 'name', 'active'] as const

function toAgent(row: Pick<AgentsTable, (typeof agentColumns)[number]>): Agent {
  return {
    id: row.id,
    name: row.name,
    active: readFlag(row.active, 'agents.active'),
    organizationId: readTextOrNull(row.organization_id, 'agents.organization_id'),
    allowedOrigins: readTextsOrNull(row.allowed_origins, 'agents.allowed_origins'),
  }
}

function toInstance(row: Pick<InstancesTable, (typeof instanceColumns)[number]>): Instance {
  return {
    id: row.id,
    agentId: row.agent_id,
    organizationId: row.organization_id,
    name: row.name,
    active: readFlag(row.active, 'instances.active'),
  }
}

/** An agent by id; the caller decides who may use it. */
export async function findAgent(db: Db, id: string): Promise<Agent | undefined> {
  const row = await db
    .selectFrom('agents')
    .select(agentColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toAgent(row)
}

/** An instance by id, of any organization; the caller decides who may use it. */
export async function findInstance(db: Db, id: string): Promise<Instance | undefined> {
  const row = await db
    .selectFrom('instances')
    .select(instanceColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toInstance(row)
}

export async function upsertAgent(
  db: Db,
  id: string,
  input: PutAgentInput,
  now: string,
): Promise<Agent> {
  const settings = {
    name: input.name,
    active: Number(input.active),
    organization_id: input.organizationId ?? null,
    allowed_origins: input.allowedOrigins ? JSON.stringify(input.allowedOrigins) : null,
    updated_at: now,
  }
  const row = await db
    .insertInto('agents')
    .values({ id, ...settings })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
    .returning(agentColumns)
    .executeTakeFirstOrThrow()
  return toAgent(row)
}

export async function upsertInstance(
  db: Db,
  id: string,
  input: PutInstanceInput,
  now: string,
): Promise<Instance> {
  const settings = {
    agent_id: input.agentId,
    organization_id: input.organizationId,
    name: input.name ?? null,
    active: Number(input.active),
    updated_at: now,
  }
  const row = await db
    .insertInto('instances')
    .values({ id, ...settings })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(settings))
    .returning(instanceColumns)
    .executeTakeFirstOrThrow()
  return toInstance(row)
}

/** Deletes an agent and its instances. */
export async function deleteAgent(db: Db, id: string): Promise<void> {
  await db.deleteFrom('agents').where('id', '=', id).execute()
}

export async function deleteInstance(db: Db, id: string): Promise<void> {
  await db.deleteFrom('instances').where('id', '=', id).execute()
}

/** Adds the agent once in the life of the database: deleted later, it stays deleted. */
export async function insertAgentOnce(
  db: Db,
  once: FactName,
  id: string,
  name: string,
  now: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await claimFact(tx, once, now))) return
    await tx
      .insertInto('agents')
      .values({
        id,
        name,
        active: 1,
        organization_id: null,
        allowed_origins: null,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  })
}
