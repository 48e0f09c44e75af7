import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import classes from './ShownOnceWarning.module.css'

/** Warns that the secret is shown only now. */
export function ShownOnceWarning({ what, id }: { what: 'key' | 'token' | 'secret'; id: string }) {
  return (
    <Alert
      color="yellow"
      p="sm"
      className={classes.warning!}
      icon={<IconAlertTriangle size={18} />}
      role="note"
      id={id}
    >
      Copy this {what} now: it is shown only this once.{' '}
      {what === 'secret'
        ? 'It is stored sealed, and no page shows it again.'
        : 'Only its fingerprint is stored, so nobody can show it to you again.'}
    </Alert>
  )
}
