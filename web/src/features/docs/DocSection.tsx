import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './DocumentationPage.module.css'

/** The sections of the page, in their order. */
export const sections = [
  { id: 'call', title: 'Call the API' },
  { id: 'body', title: 'The request' },
  { id: 'errors', title: 'When a call is refused' },
  { id: 'limits', title: 'Limits' },
  { id: 'scopes', title: 'Scopes' },
  { id: 'security', title: 'Keep your keys safe' },
  { id: 'rotate', title: 'Replace a key' },
] as const

type SectionId = (typeof sections)[number]['id']

export function DocSection({ id, children }: { id: SectionId; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className={classes.section}>
      <Title order={2} id={`${id}-title`}>
        {sections.find((section) => section.id === id)?.title}
      </Title>
      {children}
    </section>
  )
}
