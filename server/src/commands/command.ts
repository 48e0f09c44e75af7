import type { Context } from '../context.ts'

/** What the operator asked for cannot be done. The message is printed, one line; exit code 1. */
export class CommandError extends Error {}

export type Command = {
  /** As typed after `npm run keys --`, such as `service-token create`. */
  name: string
  /** Its options, as the help shows them. */
  usage: string
  summary: string
  run(ctx: Context, args: string[]): Promise<void>
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
