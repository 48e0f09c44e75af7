import type { ReactNode } from 'react'
import classes from './Tag.module.css'

type Tone = 'plain' | 'warning' | 'production' | 'staging' | 'development'

/** A quiet word beside something's name. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  )
}
