import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useRef } from 'react'
import { howToCopy } from '../../lib/copy-text.ts'
import classes from './CopyField.module.css'
import { useCopy } from './use-copy.ts'

type Props = {
  text: string
  /** Names the text, such as `key`. */
  what: string
  label: string
  /** The id of the warning that belongs to it. */
  describedBy?: string
  onCopied?: () => void
}

/** Text to copy, with a button that says whether it was copied. */
export function CopyField({ text, what, label, describedBy, onCopied }: Props) {
  const shown = useRef<HTMLElement>(null)
  const { state, copy } = useCopy(text, shown, onCopied)
  return (
    <div>
      <div className={classes.field}>
        <code
          ref={shown}
          className={classes.text}
          role="textbox"
          aria-readonly
          aria-label={label}
          tabIndex={0}
        >
          {text}
        </code>
        <Button
          className={classes.copy!}
          autoFocus
          data-autofocus
          aria-describedby={describedBy}
          onClick={copy}
          leftSection={state === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
        >
          {state === 'copied' ? 'Copied' : `Copy ${what}`}
        </Button>
      </div>
      <div role="status" className={classes.status}>
        {state === 'manual' && `Not copied. ${howToCopy()}.`}
        {state === 'copied' && <span className="visually-hidden">The {what} was copied.</span>}
      </div>
    </div>
  )
}
