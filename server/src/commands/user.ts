import { parseArgs } from 'node:util'
import { makeResetLink } from '../features/sessions/make-reset-link.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'

export const resetPassword: Command = {
  name: 'user reset-password',
  usage: 'EMAIL',
  summary: 'print a link that sets a new password, once, within an hour',
  async run(ctx, args) {
    const { positionals } = parseArgs({ args, allowPositionals: true })
    const [email, ...rest] = positionals
    if (email === undefined || rest.length > 0)
      throw new CommandError('Give one e-mail address, that of an account')
    const link = await makeResetLink(ctx, operator, email)
    if (link === undefined) throw new CommandError('Nobody has an account with this address')
    remark('Whoever has this link becomes this person: hand it over in private.')
    print(link)
  },
}
