import { ActionIcon } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useRef } from 'react'
import { howToCopy } from '../../lib/copy-text.ts'
import classes from './CopyId.module.css'
import { useCopy } from './use-copy.ts'

/** An id in full, with a button that copies it. */
export function CopyId({ id, what }: { id: string; what: string }) {
  const shown = useRef<HTMLElement>(null)
  const { state, copy } = useCopy(id, shown)
  return (
    <span className={classes.line}>
      <code ref={shown} className={classes.id}>
        {id}
      </code>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Copy ${what}`}
        onClick={() => void copy()}
      >
        {state === 'copied' ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
      <span role="status" className={state === 'manual' ? classes.hint : 'visually-hidden'}>
        {state === 'copied' && 'Copied'}
        {state === 'manual' && howToCopy()}
      </span>
    </span>
  )
}
