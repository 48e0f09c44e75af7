import { Paper, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Brand } from './Brand.tsx'
import classes from './EntryCard.module.css'

type Props = { title: string; description?: string | undefined; children: ReactNode }

/** The frame of every page outside the portal's own, such as sign-in. */
export function EntryCard({ title, description, children }: Props) {
  return (
    <main className={classes.page}>
      <title>{`${title} · Zentrix Agent Studio`}</title>
      <Brand />
      <Paper withBorder radius="md" className={classes.card!}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {description && (
          <Text size="sm" c="dimmed" mt={4}>
            {description}
          </Text>
        )}
        <div className={classes.content}>{children}</div>
      </Paper>
    </main>
  )
}
