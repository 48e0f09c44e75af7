import { Anchor, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { DEMO_AGENT_ID, ENV_VARIABLE, exampleSnippets } from '../../lib/snippets.ts'
import { paths } from '../../paths.ts'
import { CodeBlock } from '../../ui/copying/CodeBlock.tsx'
import { SnippetTabs } from '../../ui/copying/SnippetTabs.tsx'
import classes from './DocumentationPage.module.css'
import { ErrorTable } from './ErrorTable.tsx'

const answer = `{
  "accessToken": "eyJhbGciOiJFZERTQSIsImtpZCI6…",
  "callId": "call_…",
  "agentName": "Customer Support Agent",
  "expiresAt": "2026-03-05T14:31:00.000Z",
  "expiresIn": 60
}`

const sections = [
  { id: 'call', title: 'Call the API' },
  { id: 'body', title: 'The request' },
  { id: 'errors', title: 'When a call is refused' },
  { id: 'limits', title: 'Limits' },
  { id: 'security', title: 'Keep your keys safe' },
  { id: 'rotate', title: 'Replace a key' },
] as const

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

      <Section id="call">
        <p>
          Send your key in the <code>Authorization</code> header. Set <code>{ENV_VARIABLE}</code> to
          a <Link to={paths.keys}>key of yours</Link>; the curl below then runs as it stands.
        </p>
        <SnippetTabs label="Language" snippets={exampleSnippets(window.location.origin)} />
        <p>The answer holds an access token for the Voice Web SDK:</p>
        <CodeBlock name="Answer" code={answer} />
        <p>
          Hand <code>accessToken</code> to the browser. It is safe there: it starts this one call
          within 60 seconds, and nothing else.
        </p>
      </Section>

      <Section id="body">
        <dl className={classes.fields}>
          <dt>
            <code>agentId</code> <span>required</span>
          </dt>
          <dd>
            The UUID of the agent, such as <code>{DEMO_AGENT_ID}</code>.
          </dd>
          <dt>
            <code>instanceId</code>
          </dt>
          <dd>The UUID of your own instance of that agent.</dd>
          <dt>
            <code>language</code>
          </dt>
          <dd>
            <code>en</code> (when absent), <code>hi</code>, <code>mr</code> or <code>auto</code>.
          </dd>
          <dt>
            <code>callerName</code>
          </dt>
          <dd>What the agent calls the caller; at most 100 characters.</dd>
        </dl>
      </Section>

      <Section id="errors">
        <p>
          Every refusal is JSON with a sentence in <code>error</code> and a <code>code</code> that
          never changes. Match the code.
        </p>
        <ErrorTable />
      </Section>

      <Section id="limits">
        <p>
          A key may make 100 requests per minute unless it was given a limit of its own. Beyond that
          the answer is 429, and <code>Retry-After</code> says how many seconds to wait.
        </p>
      </Section>

      <Section id="security">
        <ul>
          <li>
            <strong>Only on your server.</strong> Never in a web page, an app or anything else that
            you hand out.
          </li>
          <li>
            <strong>In an environment variable,</strong> <code>{ENV_VARIABLE}</code>, or a secret
            manager; never in code or in a repository.
          </li>
          <li>
            <strong>One key for each environment,</strong> so that revoking one leaves the others
            working.
          </li>
          <li>
            <strong>As little as needed:</strong> limit a key to scopes, addresses and an expiry
            when you generate it.
          </li>
          <li>
            <strong>Committed, logged or shared? </strong>
            <Link to={paths.keys}>Revoke it</Link> at once. It stops working immediately,
            everywhere.
          </li>
        </ul>
        <p>
          Keys begin with <code>nas_</code>, so that secret scanners can find them in code and logs.
          We store only a SHA-256 hash: nobody, our support included, can read a key back to you.
        </p>
      </Section>

      <Section id="rotate">
        <ol>
          <li>
            Choose <em>Rotate</em> at <Link to={paths.keys}>the key</Link>, and how long both may
            work: the new key has the settings of the old one.
          </li>
          <li>Give the new key to your application, and deploy.</li>
          <li>
            Watch <em>Last Used</em> of the old key until it stays still, then choose{' '}
            <em>Finish now</em>. Otherwise it ends by itself.
          </li>
        </ol>
      </Section>
    </article>
  )
}

type SectionId = (typeof sections)[number]['id']

function Section({ id, children }: { id: SectionId; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className={classes.section}>
      <Title order={2} id={`${id}-title`}>
        {sections.find((section) => section.id === id)!.title}
      </Title>
      {children}
    </section>
  )
}
