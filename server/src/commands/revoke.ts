import { parseArgs } from 'node:util'
import { RevokeManyInput } from '@zentrix/shared/schemas/revoke-many.ts'
import { revokeMany } from '../features/keys/revocation/revoke-many.ts'
import { AppError } from '../lib/errors.ts'
import { inputProblem } from '../lib/input-problem.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'
import { readOrganization } from './organization.ts'

const flags: Record<string, string | undefined> = {
  environment: '--environment',
  createdById: '--created-by',
  createdBefore: '--created-before',
  unusedSince: '--unused-since',
}

export const revokeCommand: Command = {
  name: 'revoke',
  usage:
    '--organization ORG [--environment E] [--created-by ID] [--created-before TIME] [--unused-since TIME] [--leaked] [--reason TEXT] [--dry-run] [--expect N]',
  summary:
    'revoke all keys that fit every condition, at once and for good, or none: prints their ids; --dry-run only says which, and --expect revokes nothing where another number fits',
  async run(ctx, args) {
    const { values } = parseArgs({
      args,
      options: {
        organization: { type: 'string' },
        environment: { type: 'string' },
        'created-by': { type: 'string' },
        'created-before': { type: 'string' },
        'unused-since': { type: 'string' },
        leaked: { type: 'boolean' },
        reason: { type: 'string' },
        'dry-run': { type: 'boolean' },
        expect: { type: 'string' },
      },
    })
    const organizationId = await readOrganization(ctx, values.organization)
    const isDryRun = values['dry-run'] === true
    const input = readInput({
      filter: {
        ...(values.environment !== undefined && { environment: values.environment }),
        ...(values['created-by'] !== undefined && { createdById: values['created-by'] }),
        ...(values['created-before'] !== undefined && { createdBefore: values['created-before'] }),
        ...(values['unused-since'] !== undefined && { unusedSince: values['unused-since'] }),
        ...(values.leaked === true && { leaked: true }),
      },
      reason: values.reason,
      dryRun: isDryRun,
      ...(values.expect !== undefined && { expect: readCount(values.expect) }),
    })
    try {
      const { keyIds, matched, usedInLastDay } = await revokeMany(
        ctx,
        { ...operator, organizationId },
        input,
      )
      for (const id of keyIds) print(id)
      const keys = matched === 1 ? '1 key' : `${matched.toLocaleString('en')} keys`
      remark(
        `${keys} ${isDryRun ? 'would be revoked' : 'revoked'}; ${usedInLastDay.toLocaleString('en')} of them used in the last 24 hours.`,
      )
    } catch (error) {
      throw error instanceof AppError ? new CommandError(`${error.message}.`) : error
    }
  },
}

/** @throws {CommandError} that names the flag at fault */
function readInput(input: unknown): RevokeManyInput {
  const parsed = RevokeManyInput.safeParse(input, { error: inputProblem })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const [first = '', name = ''] = issue?.path.map(String) ?? []
  const flag = first === 'filter' ? flags[name] : `--${first}`
  throw new CommandError(
    flag === undefined
      ? 'Give at least one condition: --environment, --created-by, --created-before, --unused-since or --leaked'
      : `${flag}: ${issue?.message}`,
  )
}

function readCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new CommandError('--expect: Must be a whole number')
  return Number(text)
}
