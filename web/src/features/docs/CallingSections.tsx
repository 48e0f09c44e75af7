import { DEFAULT_RATE_LIMIT_PER_MINUTE } from '@zentrix/shared/limits.ts'
import { Link } from 'react-router'
import { DEMO_AGENT_ID, ENV_VARIABLE, exampleSnippets } from '../../lib/snippets.ts'
import { paths } from '../../paths.ts'
import { CodeBlock } from '../../ui/copying/CodeBlock.tsx'
import { SnippetTabs } from '../../ui/copying/SnippetTabs.tsx'
import { DocSection } from './DocSection.tsx'
import classes from './DocumentationPage.module.css'
import { ErrorTable } from './ErrorTable.tsx'

const answer = `{
  "accessToken": "eyJhbGciOiJFZERTQSIsImtpZCI6…",
  "callId": "call_…",
  "agentName": "Customer Support Agent",
  "expiresAt": "2026-03-05T14:31:00.000Z",
  "expiresIn": 60
}`

export function CallSection() {
  return (
    <DocSection id="call">
      <p>
        Send your key in the <code>Authorization</code> header. Set <code>{ENV_VARIABLE}</code> to a{' '}
        <Link to={paths.keys}>key of yours</Link>; the curl below then runs as it stands.
      </p>
      <SnippetTabs label="Language" snippets={exampleSnippets(window.location.origin)} />
      <p>The answer holds an access token for the Voice Web SDK:</p>
      <CodeBlock name="Answer" code={answer} />
      <p>
        Hand <code>accessToken</code> to the browser. It is safe there: it starts this one call
        within 60 seconds, and nothing else.
      </p>
    </DocSection>
  )
}

export function RequestSection() {
  return (
    <DocSection id="body">
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
    </DocSection>
  )
}

export function RefusalSection() {
  return (
    <DocSection id="errors">
      <p>
        Every refusal is JSON with a sentence in <code>error</code> and a <code>code</code> that
        never changes. Match the code.
      </p>
      <ErrorTable />
    </DocSection>
  )
}

export function LimitSection() {
  return (
    <DocSection id="limits">
      <p>
        A key may make {DEFAULT_RATE_LIMIT_PER_MINUTE} requests per minute unless it was given a
        limit of its own. Beyond that the answer is 429, and <code>Retry-After</code> says how many
        seconds to wait.
      </p>
    </DocSection>
  )
}
