import { parseArgs } from 'node:util'
import { OrganizationId } from '@zentrix/shared/schemas/catalog.ts'
import { serviceScopes, type ServiceScope } from '@zentrix/shared/scopes.ts'
import { displayText, Moment } from '@zentrix/shared/schemas/text.ts'
import type { Context } from '../features/context.ts'
import { findOrganization } from '../features/organizations/get-organization.ts'
import { issuePlatformToken } from '../features/service-tokens/issue-platform-token.ts'
import { listAllServiceTokens } from '../features/service-tokens/service-token-reads.ts'
import { revokeServiceToken } from '../features/service-tokens/revoke-service-token.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'
import { findChoice, present } from '../lib/typed.ts'

const Name = displayText(100)

const create: Command = {
  name: 'service-token create',
  usage: '--name NAME --scopes A,B [--organizations ORG,ORG] [--expires-at TIME]',
  summary: `make a token for a service (scopes: ${serviceScopes.join(', ')}); printed once`,
  async run(ctx, args) {
    const { values } = parseArgs({
      args,
      options: {
        name: { type: 'string' },
        scopes: { type: 'string' },
        organizations: { type: 'string' },
        'expires-at': { type: 'string' },
      },
    })
    if (values.name === undefined) throw new CommandError('--name is missing')
    const name = Name.safeParse(values.name)
    if (!name.success) throw new CommandError('--name must be 1 to 100 characters')
    const made = await issuePlatformToken(ctx, operator, {
      name: name.data,
      scopes: toScopes(values.scopes),
      organizationIds: await toOrganizationIds(ctx, values.organizations),
      expiresAt: toExpiry(ctx, values['expires-at']),
    })
    remark('This token is shown only now; keep it where the service reads it.')
    print(present(made).secret)
  },
}

const list: Command = {
  name: 'service-token list',
  usage: '',
  summary: 'list service tokens, masked',
  async run(ctx, args) {
    parseArgs({ args })
    const tokens = await listAllServiceTokens(ctx)
    if (tokens.length === 0) return print('No service tokens yet.')
    for (const token of tokens)
      print(
        [
          token.id,
          token.masked,
          token.name,
          token.scopes.join(','),
          token.organizationIds === null ? 'all organizations' : token.organizationIds.join(','),
          token.status,
          `last used ${token.lastUsedAt ?? 'never'}`,
        ].join('\t'),
      )
  },
}

const revoke: Command = {
  name: 'service-token revoke',
  usage: 'ID',
  summary: 'end a service token, at once',
  async run(ctx, args) {
    const { positionals } = parseArgs({ args, allowPositionals: true })
    const [id, ...rest] = positionals
    if (id === undefined || rest.length > 0)
      throw new CommandError('Give one id, as `service-token list` shows it')
    if (!(await revokeServiceToken(ctx, operator, id)))
      throw new CommandError('There is no service token with this id that is not revoked')
    print(`Revoked ${id}.`)
  },
}

function toScopes(text: string | undefined): ServiceScope[] {
  const names = [...new Set((text ?? '').split(',').map((name) => name.trim()))]
  return names.map((name) => {
    const scope = findChoice(serviceScopes, name)
    if (scope === undefined)
      throw new CommandError(`--scopes must be some of ${serviceScopes.join(',')}`)
    return scope
  })
}

async function toOrganizationIds(ctx: Context, text: string | undefined): Promise<string[] | null> {
  if (text === undefined) return null
  const ids = [...new Set(text.split(',').map((id) => id.trim()))]
  for (const id of ids)
    if (!OrganizationId.safeParse(id).success || !(await findOrganization(ctx, id)))
      throw new CommandError('--organizations must be ids of organizations that exist')
  return ids
}

function toExpiry(ctx: Context, text: string | undefined): string | null {
  if (text === undefined) return null
  const expiry = Moment.safeParse(text).success ? new Date(text).toISOString() : ''
  if (expiry <= ctx.now())
    throw new CommandError('--expires-at must be a time to come, such as 2030-01-31T00:00:00Z')
  return expiry
}

export const serviceTokenCommands = [create, list, revoke]
