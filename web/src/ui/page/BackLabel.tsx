import { IconArrowLeft } from '@tabler/icons-react'
import classes from './BackLabel.module.css'

/** What stands in a link from one thing to the list that it is in. */
export function BackLabel({ children }: { children: string }) {
  return (
    <span className={classes.label}>
      <IconArrowLeft size={16} aria-hidden />
      {children}
    </span>
  )
}
