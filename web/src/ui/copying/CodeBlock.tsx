import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useRef } from 'react'
import { howToCopy } from '../../lib/copy-text.ts'
import classes from './CodeBlock.module.css'
import { useCopy, type CopyState } from './use-copy.ts'

type Props = { code: string; name: string; onCopied?: () => void }

/** Code to paste elsewhere, with a button that says whether the clipboard took it. */
export function CodeBlock({ code, name, onCopied }: Props) {
  const shown = useRef<HTMLPreElement>(null)
  const { state, copy } = useCopy(code, shown, onCopied)
  return (
    <div className={classes.block}>
      <div className={classes.bar}>
        <span aria-hidden>{name}</span>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          onClick={copy}
          aria-label={`${sayings[state]()} (${name})`}
          leftSection={state === 'copied' ? <IconCheck size={13} /> : <IconCopy size={13} />}
        >
          <span role="status">{sayings[state]()}</span>
        </Button>
      </div>
      <pre ref={shown} className={classes.code} tabIndex={0} aria-label={name}>
        {code}
      </pre>
    </div>
  )
}

const sayings: Record<CopyState, () => string> = {
  idle: () => 'Copy',
  copied: () => 'Copied',
  manual: howToCopy,
}
