import { Group, Text, Title } from '@mantine/core'
import type { ReactNode, Ref } from 'react'

type Props = {
  title: string
  description: string
  /** For giving the heading the focus when the focused element is gone. */
  headingRef?: Ref<HTMLHeadingElement>
  /** The page's own buttons, opposite the title. */
  children: ReactNode
}

/** The heading of a page, and what can be done there. */
export function PageHead({ title, description, headingRef, children }: Props) {
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <div>
        <Title order={1} tabIndex={headingRef ? -1 : undefined} ref={headingRef ?? null}>
          {title}
        </Title>
        <Text c="dimmed" size="sm" maw={560} mt={4}>
          {description}
        </Text>
      </div>
      {children}
    </Group>
  )
}
