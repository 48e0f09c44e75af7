import { Alert } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** An error about a form as a whole; a screen reader says it when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <Alert color="red" variant="light" p="sm" icon={<IconAlertCircle size={18} />}>
      {children}
    </Alert>
  )
}
