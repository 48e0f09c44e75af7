import { Anchor, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { paths } from '../../paths.ts'
import { CallSection, LimitSection, RefusalSection, RequestSection } from './CallingSections.tsx'
import { sections } from './DocSection.tsx'
import classes from './DocumentationPage.module.css'
import { RotationSection, SecuritySection } from './KeySections.tsx'
import { ScopesSection } from './ScopesSection.tsx'

export function DocumentationPage() {
  return (
    <article className={classes.article}>
      <title>Documentation · Zentrix Agent Studio</title>
      <header>
        <Title order={1}>Documentation</Title>
        <Text c="dimmed" size="sm" mt={4}>
          How your server starts a voice call with an API key. Every endpoint and field is in the{' '}
          <Anchor href={paths.apiReference} underline="always">
            API reference <IconExternalLink size={13} aria-hidden />
          </Anchor>
          .
        </Text>
      </header>
      <nav aria-label="On this page" className={classes.contents}>
        {sections.map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <div className={classes.sections}>
        <CallSection />
        <RequestSection />
        <RefusalSection />
        <LimitSection />
        <ScopesSection />
        <SecuritySection />
        <RotationSection />
      </div>
    </article>
  )
}
