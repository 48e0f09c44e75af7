import { Tabs } from '@mantine/core'
import { exampleSnippets } from '../../lib/snippets.ts'
import { CodeBlock } from '../../ui/copying/CodeBlock.tsx'

export function CallExamples() {
  const snippets = exampleSnippets(window.location.origin)
  return (
    <Tabs defaultValue="curl" keepMounted={false}>
      <Tabs.List aria-label="Language">
        {snippets.map(({ id, name }) => (
          <Tabs.Tab key={id} value={id}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ id, name, code }) => (
        <Tabs.Panel key={id} value={id} pt="sm">
          <CodeBlock code={code} name={name} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
