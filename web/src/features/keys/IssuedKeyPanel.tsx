import { Alert, Button, Group, Stack, Tabs, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import { keySnippets } from '../../lib/snippets.ts'
import { CodeBlock } from '../../ui/CodeBlock.tsx'
import { copyShortcut } from '../../lib/copy-text.ts'
import { useCopy } from '../../ui/use-copy.ts'
import classes from './IssuedKeyPanel.module.css'

type Props = { secret: string; onCopied: () => void; onDone: () => void }

/** The only time anyone sees the key in full. */
export function IssuedKeyPanel({ secret, onCopied, onDone }: Props) {
  const shown = useRef<HTMLElement>(null)
  const warningId = useId()
  const { state, copy } = useCopy(secret, shown, onCopied)
  const snippets = keySnippets(window.location.origin, secret)
  return (
    <Stack gap="md">
      <Alert
        color="yellow"
        p="sm"
        className={classes.warning!}
        icon={<IconAlertTriangle size={18} />}
        role="note"
        id={warningId}
      >
        Copy this key now: it is shown only this once. Only its fingerprint is stored, so nobody can
        show it to you again.
      </Alert>
      <div>
        <div className={classes.field}>
          <code
            ref={shown}
            className={classes.secret}
            role="textbox"
            aria-readonly
            aria-label="Your new key"
            tabIndex={0}
          >
            {secret}
          </code>
          <Button
            autoFocus
            data-autofocus
            aria-describedby={warningId}
            onClick={copy}
            leftSection={state === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {state === 'copied' ? 'Copied' : 'Copy key'}
          </Button>
        </div>
        <Text size="sm" className={classes.hint!} role="status">
          {state === 'manual' &&
            `The browser did not allow copying, so the key is selected. Press ${copyShortcut()}.`}
          {state === 'copied' && <span className="visually-hidden">The key was copied.</span>}
        </Text>
      </div>
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
