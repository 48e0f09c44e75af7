import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import classes from './ShownOnceWarning.module.css'

/** Warns that the secret is shown only now. */
export function ShownOnceWarning({ what, id }: { what: 'key' | 'token'; id: string }) {
  return (
    <Alert
      color="yellow"
      p="sm"
      className={classes.warning!}
      icon={<IconAlertTriangle size={18} />}
      role="note"
      id={id}
    >
      Copy this {what} now: it is shown only this once. Only its fingerprint is stored, so nobody
      can show it to you again.
    </Alert>
  )
}
