import { OrganizationId } from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../features/context.ts'
import { findOrganization } from '../features/organizations/get-organization.ts'
import { CommandError } from './command.ts'

const where = 'the portal shows it under Settings, Organization'

/** Reads `--organization`. @throws {CommandError} when there is no such organization */
export async function readOrganization(ctx: Context, id: string | undefined): Promise<string> {
  if (id === undefined) throw new CommandError(`--organization is missing: ${where}`)
  if (!OrganizationId.safeParse(id).success || !(await findOrganization(ctx, id)))
    throw new CommandError(`There is no organization with this id: ${where}`)
  return id
}
