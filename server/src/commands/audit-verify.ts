import { parseArgs } from 'node:util'
import { readHead } from '../features/audit/chain.ts'
import { verifyLog } from '../features/audit/verify-log.ts'
import { CommandError, print, remark, type Command } from './command.ts'

export const auditVerify: Command = {
  name: 'audit-verify',
  usage: '[--expect HEAD]',
  summary:
    'check that nobody changed the audit log, and print its head; with one printed earlier, that the log still begins as it did then',
  async run(ctx, args) {
    const { values } = parseArgs({ args, options: { expect: { type: 'string' } } })
    const expected = values.expect === undefined ? undefined : readHead(values.expect)
    if (values.expect !== undefined && !expected)
      throw new CommandError('--expect must be a head as audit-verify prints it, such as 42:q83v…')
    const { events, head, faults } = await verifyLog(ctx, expected)
    for (const fault of faults) remark(fault)
    if (faults.length > 0) throw new CommandError('The audit log is not as it was written.')
    remark(`${events} events, all as they were written. Keep this head elsewhere, for --expect:`)
    print(head)
  },
}
