import { IconArrowLeft } from '@tabler/icons-react'
import classes from './BackLabel.module.css'

/** The text of a link from one item back to its list. */
export function BackLabel({ children }: { children: string }) {
  return (
    <span className={classes.label}>
      <IconArrowLeft size={16} aria-hidden />
      {children}
    </span>
  )
}
