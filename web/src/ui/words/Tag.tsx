import type { ReactNode } from 'react'
import { Hint } from './Hint.tsx'
import classes from './Tag.module.css'

type Tone = 'plain' | 'warning' | 'danger' | 'production' | 'staging' | 'development'

type Props = {
  tone: Tone
  /** Shown on hover and on focus. */
  hint?: string
  children: ReactNode
}

/** A small badge beside a name. */
export function Tag({ tone, hint, children }: Props) {
  if (hint === undefined)
    return (
      <span className={classes.tag} data-tone={tone}>
        {children}
      </span>
    )
  return (
    <Hint<HTMLSpanElement> hint={hint}>
      {(target) => (
        <span {...target} className={classes.tag} data-tone={tone}>
          {children}
        </span>
      )}
    </Hint>
  )
}
