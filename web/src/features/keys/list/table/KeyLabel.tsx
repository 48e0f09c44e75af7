import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { useState } from 'react'
import { keyPath } from '../../../../paths.ts'
import classes from './KeyLabel.module.css'
import { focusIfLastOpened } from './last-opened.ts'

/** The link to a key's page; `useOpenOnClick` follows it without reloading. */
export function KeyLabel({ apiKey: { id, label } }: { apiKey: ApiKey }) {
  const [returnFocus] = useState(() => focusIfLastOpened(id))
  return (
    <a href={keyPath(id)} ref={returnFocus} className={classes.label} title={label}>
      {label}
    </a>
  )
}
