import type { AuditEvent } from '@zentrix/shared/schemas/audit.ts'
import { Link } from 'react-router'
import { keyPath } from '../../paths.ts'
import { describeChanges, type Change } from './describe-changes.ts'
import classes from './EventChanges.module.css'

// Changes that fit on about two lines are shown at once.
const MAX_CHANGES = 3
const MAX_CHARACTERS = 140

type Props = {
  event: AuditEvent
  /** Shows long changes at once too. */
  isOpen?: boolean
}

export function EventChanges({ event, isOpen = false }: Props) {
  const changes = describeChanges(event)
  const [first] = changes
  if (first === undefined) return null
  if (isOpen || isShort(changes)) return <ChangeList changes={changes} />
  return (
    <details className={classes.more}>
      <summary>{changes.length === 1 ? first.name : `${changes.length} details`}</summary>
      <ChangeList changes={changes} />
    </details>
  )
}

function ChangeList({ changes }: { changes: Change[] }) {
  return (
    <ul className={classes.changes}>
      {changes.map(({ name, from, to, keyId }) => (
        <li key={name}>
          <span className={classes.name}>{name}:</span>{' '}
          {from !== null && (
            <>
              <span className="visually-hidden">from </span>
              {from} <span aria-hidden>→</span>
              <span className="visually-hidden">to</span>{' '}
            </>
          )}
          {keyId === undefined ? (
            <span className={classes.to}>{to}</span>
          ) : (
            <Link to={keyPath(keyId)} className={classes.to}>
              {to}
            </Link>
          )}
        </li>
      ))}
    </ul>
  )
}

function isShort(changes: Change[]): boolean {
  const characters = changes.reduce((sum, { from, to }) => sum + (from?.length ?? 0) + to.length, 0)
  return changes.length <= MAX_CHANGES && characters <= MAX_CHARACTERS
}
