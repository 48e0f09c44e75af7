import { Group, Text } from '@mantine/core'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { ReactNode, RefObject } from 'react'
import { keySnippets } from '../../../lib/snippets.ts'
import { Tag } from '../../../ui/words/Tag.tsx'
import { environmentNames } from '../environments.ts'
import { FirstUse } from './FirstUse.tsx'
import { SnippetTabs } from '../../../ui/copying/SnippetTabs.tsx'
import { SecretDialog, type Issue, type SecretUsage } from '../../../ui/dialogs/SecretDialog.tsx'

type Props = {
  title: string
  returnTo: Element | null
  focusFallback: RefObject<HTMLElement | null>
  onClose: (issued: IssuedKey | null) => void
  /** The form that comes before. */
  children: (issue: Issue<IssuedKey>, isPending: boolean) => ReactNode
}

/** Makes a key, a new one or the successor of another, and shows it once. */
export function IssueKeyDialog(props: Props) {
  return (
    <SecretDialog<IssuedKey>
      what="key"
      formWidth={520}
      revealTitle="Your new key"
      secretOf={({ key }) => key}
      Heading={KeyName}
      Usage={KeyUsage}
      {...props}
    />
  )
}

const KeyName = ({ issued: { label, environment } }: { issued: IssuedKey }) => (
  <Group gap="xs">
    <Text size="sm" fw={600} lineClamp={2} title={label} style={{ overflowWrap: 'anywhere' }}>
      {label}
    </Text>
    <Tag tone={environment}>{environmentNames[environment]}</Tag>
  </Group>
)

const KeyUsage: SecretUsage<IssuedKey> = ({ issued, onCopied }) => (
  <>
    <SnippetTabs
      label="Ways to use the key"
      snippets={keySnippets(window.location.origin, issued.key)}
      onCopied={(code) => {
        if (code.includes(issued.key)) onCopied()
      }}
    />
    <FirstUse issued={issued} />
  </>
)
