import { Paper, Text, Title } from '@mantine/core'
import { useId, type ReactNode, type Ref } from 'react'
import classes from './Section.module.css'

type Props = {
  title: string
  description?: ReactNode
  /** Stands opposite the title, such as a button or a tag. */
  aside?: ReactNode
  /** For giving the heading the focus when the focused element is gone. */
  headingRef?: Ref<HTMLHeadingElement>
  /** For a form, which would be too wide for its fields. */
  isSplit?: boolean
  children: ReactNode
}

/** A framed part of a page, with a heading. */
export function Section(props: Props) {
  const { title, description, aside, headingRef, isSplit = false, children } = props
  const id = useId()
  return (
    <Paper
      component="section"
      withBorder
      radius="md"
      aria-labelledby={id}
      className={(isSplit && classes.split) || ''}
    >
      <div className={classes.header}>
        <Title order={2} size="h3" id={id} ref={headingRef ?? null} tabIndex={-1}>
          {title}
        </Title>
        {description && (
          <Text size="sm" c="dimmed" mt={2} maw={560} className={classes.description!}>
            {description}
          </Text>
        )}
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      <div className={classes.body}>{children}</div>
    </Paper>
  )
}
