import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Danger.module.css'

type Props = {
  /** Whether there is something to do about it now. */
  isUrgent: boolean
  children: ReactNode
}

/** Something that has gone wrong, or would if nobody did anything. */
export function Danger({ isUrgent, children }: Props) {
  return (
    <Text size="sm" component="div" role={isUrgent ? 'alert' : 'note'} className={classes.danger!}>
      {children}
    </Text>
  )
}
