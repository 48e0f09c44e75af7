import type { Context } from '../context.ts'
import { insertAgentOnce } from './catalog.store.ts'

const DEMO_AGENT = { id: '550e8400-e29b-41d4-a716-446655440000', name: 'Customer Support Agent' }

/** Adds the agent that the documentation's curl names, at the first start outside production. */
export async function addDemoAgent(ctx: Context): Promise<void> {
  if (ctx.config.isProduction) return
  await insertAgentOnce(ctx.db, 'demo-agent', DEMO_AGENT.id, DEMO_AGENT.name, ctx.now())
}
