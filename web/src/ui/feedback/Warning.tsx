import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Warning.module.css'

/** Something to know before going on. */
export function Warning({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" component="div" role="note" className={classes.warning!}>
      {children}
    </Text>
  )
}
