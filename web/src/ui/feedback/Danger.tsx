import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Danger.module.css'

type Props = {
  /** Whether the person should act now. */
  isUrgent: boolean
  children: ReactNode
}

/** A box about something that went wrong, or will unless someone acts. */
export function Danger({ isUrgent, children }: Props) {
  return (
    <Text size="sm" component="div" role={isUrgent ? 'alert' : 'note'} className={classes.danger!}>
      {children}
    </Text>
  )
}
