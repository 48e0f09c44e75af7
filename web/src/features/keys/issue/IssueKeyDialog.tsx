import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { ReactNode, RefObject } from 'react'
import { keySnippets } from '../../../lib/snippets.ts'
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
      Usage={KeySnippets}
      {...props}
    />
  )
}

const KeySnippets: SecretUsage<IssuedKey> = ({ issued, onCopied }) => (
  <SnippetTabs
    label="Ways to use the key"
    snippets={keySnippets(window.location.origin, issued.key)}
    onCopied={onCopied}
  />
)
