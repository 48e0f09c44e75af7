import { parseArgs } from 'node:util'
import { makeResetLink } from '../features/people/passwords/make-reset-link.ts'
import { turnOffSecondFactor } from '../features/people/sign-in/turn-off-second-factor.ts'
import { CommandError, operator, print, remark, type Command } from './command.ts'

export const resetPassword: Command = {
  name: 'user reset-password',
  usage: 'EMAIL',
  summary: 'print a link that sets a new password, once, within an hour',
  async run(ctx, args) {
    const link = await makeResetLink(ctx, operator, emailOf(args))
    if (link === undefined) throw new CommandError('Nobody has an account with this address')
    remark('Whoever has this link becomes this person: hand it over in private.')
    print(link)
  },
}

export const turnOffSecondFactorCommand: Command = {
  name: 'user turn-off-second-factor',
  usage: 'EMAIL',
  summary: 'let somebody who has lost phone and backup codes in by the password alone',
  async run(ctx, args) {
    if (!(await turnOffSecondFactor(ctx, operator, emailOf(args))))
      throw new CommandError('Nobody with this address has a second factor')
    remark('The password alone lets this person in now.')
  },
}

function emailOf(args: string[]): string {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  const [email, ...rest] = positionals
  if (email === undefined || rest.length > 0)
    throw new CommandError('Give one e-mail address, that of an account')
  return email
}
