import { Paper, Text, Title } from '@mantine/core'
import type { Icon as TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

type Props = {
  Icon: TablerIcon
  title: string
  action?: ReactNode
  /** Whether it stands in the place of a whole page, whose heading it then has. */
  isPage?: boolean
  isFailure?: boolean
  children: ReactNode
}

/** Stands where there is nothing to show, and says why. */
export function EmptyState(props: Props) {
  const { Icon, title, action, isPage = false, isFailure = false, children } = props
  return (
    <Paper withBorder radius="md" className={classes.frame ?? ''}>
      {/* Not the Paper itself: the build may put the library's styles after these. */}
      <div className={classes.state}>
        <span className={classes.icon} aria-hidden>
          <Icon size={22} stroke={1.7} />
        </span>
        <div role={isFailure ? 'alert' : 'status'}>
          <Title order={isPage ? 1 : 2} size="h3">
            {title}
          </Title>
        </div>
        <Text size="sm" c="dimmed" maw={420}>
          {children}
        </Text>
        {action && <div className={classes.action}>{action}</div>}
      </div>
    </Paper>
  )
}
