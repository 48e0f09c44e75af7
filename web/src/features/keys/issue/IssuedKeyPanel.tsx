import { Button, Group, Stack, Tabs } from '@mantine/core'
import { useId } from 'react'
import { keySnippets } from '../../../lib/snippets.ts'
import { CodeBlock } from '../../../ui/copying/CodeBlock.tsx'
import { CopyField } from '../../../ui/copying/CopyField.tsx'
import { ShownOnce } from '../../../ui/copying/ShownOnce.tsx'

type Props = { secret: string; onCopied: () => void; onDone: () => void }

/** The only time anyone sees the key in full. */
export function IssuedKeyPanel({ secret, onCopied, onDone }: Props) {
  const warningId = useId()
  const snippets = keySnippets(window.location.origin, secret)
  return (
    <Stack gap="md">
      <ShownOnce what="key" id={warningId} />
      <CopyField
        text={secret}
        what="key"
        label="Your new key"
        describedBy={warningId}
        onCopied={onCopied}
      />
      <Tabs defaultValue="env" keepMounted={false}>
        <Tabs.List aria-label="Ways to use the key">
          {snippets.map(({ id, name }) => (
            <Tabs.Tab key={id} value={id}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ id, name, code }) => (
          <Tabs.Panel key={id} value={id} pt="sm">
            <CodeBlock code={code} name={name} onCopied={onCopied} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
