import { Tabs } from '@mantine/core'
import type { Snippet } from '../../lib/snippets.ts'
import { CodeBlock } from './CodeBlock.tsx'

type Props = { label: string; snippets: Snippet[]; onCopied?: (code: string) => void }

/** Snippets in tabs, the first one open. */
export function SnippetTabs({ label, snippets, onCopied }: Props) {
  return (
    <Tabs defaultValue={snippets[0]?.id ?? null} keepMounted={false}>
      <Tabs.List aria-label={label}>
        {snippets.map(({ id, name }) => (
          <Tabs.Tab key={id} value={id}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ id, name, code }) => (
        <Tabs.Panel key={id} value={id} pt="sm">
          <CodeBlock code={code} name={name} onCopied={() => onCopied?.(code)} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
