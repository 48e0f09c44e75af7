import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { Context } from '../features/context.ts'
import { exportKeys } from '../features/keys/transfer/export-keys.ts'
import { remark, type Command } from './command.ts'
import { readOrganization } from './organization.ts'
import { errorCode } from '../lib/caught.ts'

export const exportCommand: Command = {
  name: 'export',
  usage: '--organization ORG',
  summary: 'print the keys of an organization with their hashes, as JSON lines that import takes',
  async run(ctx, args) {
    const { values } = parseArgs({ args, options: { organization: { type: 'string' } } })
    const organizationId = await readOrganization(ctx, values.organization)
    try {
      await pipeline(Readable.from(lines(ctx, organizationId)), process.stdout, { end: false })
    } catch (error) {
      if (errorCode(error) !== 'EPIPE') throw error
      remark('Nobody reads any further: the export is not whole.')
      process.exitCode = 1
    }
  },
}

async function* lines(ctx: Context, organizationId: string): AsyncGenerator<string> {
  for await (const key of exportKeys(ctx, organizationId)) yield `${JSON.stringify(key)}\n`
}
