import { Paper, Text, Title } from '@mantine/core'
import type { Icon as TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

type Props = { Icon: TablerIcon; title: string; action?: ReactNode; children: ReactNode }

export function EmptyState({ Icon, title, action, children }: Props) {
  return (
    <Paper withBorder radius="md" className={classes.state!}>
      <span className={classes.icon} aria-hidden>
        <Icon size={22} stroke={1.7} />
      </span>
      <div role="status">
        <Title order={2} size="h3">
          {title}
        </Title>
      </div>
      <Text size="sm" c="dimmed" maw={420}>
        {children}
      </Text>
      {action && <div className={classes.action}>{action}</div>}
    </Paper>
  )
}
