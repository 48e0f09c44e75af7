import type { Context } from '../features/context.ts'
import { systemPrincipal } from '../features/principals.ts'

/** A command cannot do as asked. Its message is printed, one line. */
export class CommandError extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

type Described = {
  /** As typed after `npm run keys --`, such as `service-token create`. */
  name: string
  /** Its options, as the help shows them. */
  usage: string
  summary: string
  /** Where it fails by no fault of its arguments; 1 unless that says something else. */
  failureExitCode?: number
}

export type Command = Described &
  (
    | {
        run(ctx: Context, args: string[], env: NodeJS.ProcessEnv): Promise<void>
        /** Without it the command ends where there is no database yet. */
        mayMakeDatabase?: boolean
      }
    /** Opens what it needs by itself, because something may be wrong with it. */
    | { runAlone(env: NodeJS.ProcessEnv, args: string[]): Promise<void> }
  )

/** The person who runs a command, as the audit log names them. */
export const operator = { ...systemPrincipal, name: 'Operator' }

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** For the person at the terminal, not for the script that reads the result. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}
