import { DEMO_AGENT_ID } from '@zentrix/shared/keys/samples.ts'
import type { Context } from '../context.ts'
import { insertAgentOnce } from './catalog.store.ts'

const DEMO_AGENT = { id: DEMO_AGENT_ID, name: 'Customer Support Agent' }

/** Adds the agent that the documentation's curl names, at the first start outside production. */
export async function addDemoAgent(ctx: Context): Promise<void> {
  if (ctx.config.isProduction) return
  await insertAgentOnce(ctx.db, 'demo-agent', DEMO_AGENT.id, DEMO_AGENT.name, ctx.now())
}
