import type { Invitation } from '@zentrix/shared/routes/people/session-answers.ts'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useRef, useState } from 'react'
import { sentenceOf } from '../../../api/http.ts'
import { roleNames } from '../../../lib/roles.ts'
import { formatUntil } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { usePreload } from '../../../ui/feedback/use-preload.ts'
import { Section } from '../../../ui/page/Section.tsx'
import { CancelInvitationDialog } from './CancelInvitationDialog.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import classes from '../List.module.css'
import { invitationsQuery } from '../organization.queries.ts'

type Chosen = { kind: 'cancel' | 'again'; invitation: Invitation; returnTo: HTMLElement }

/**
 * The invitations that nobody has answered; draws nothing when there are none. Only owners see
 * invitations of owners, so everyone may cancel the ones they see.
 */
export function Invitations({ by }: { by: Role }) {
  const invitations = useQuery(invitationsQuery)
  usePreload([InviteDialog.preload])
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const now = useNow()
  const close = () => setChosen(null)
  if (invitations.isError)
    return (
      <Failure
        title="The invitations could not be loaded"
        message={sentenceOf(invitations.error)}
        onRetry={() => invitations.refetch()}
        isRetrying={invitations.isFetching}
      />
    )
  if (!invitations.data || (invitations.data.length === 0 && !chosen)) return null
  return (
    <Section title="Pending invitations" headingRef={heading}>
      <StackedTable
        look="filling"
        hasActions
        label="Pending invitations"
        columns={['Address', 'Role', 'Expires', 'Actions']}
      >
        <tbody role="rowgroup">
          {invitations.data.map((invitation) => (
            <Row key={invitation.id} className={classes.row}>
              <Cell className={classes.main}>
                <span className={classes.name}>{invitation.email}</span>
              </Cell>
              <Cell className={classes.fact}>{roleNames[invitation.role]}</Cell>
              <Cell className={classes.fact}>
                <Caption>Expires</Caption>
                {formatUntil(invitation.expiresAt, now)}
              </Cell>
              <Cell className={classes.actions}>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  aria-label={`Send again to ${invitation.email}`}
                  onClick={({ currentTarget }) =>
                    setChosen({ kind: 'again', invitation, returnTo: currentTarget })
                  }
                >
                  Send again
                </Button>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  className={classes.ending ?? ''}
                  aria-label={`Cancel the invitation of ${invitation.email}`}
                  onClick={({ currentTarget }) =>
                    setChosen({ kind: 'cancel', invitation, returnTo: currentTarget })
                  }
                >
                  Cancel
                </Button>
              </Cell>
            </Row>
          ))}
        </tbody>
      </StackedTable>
      {chosen?.kind === 'cancel' && (
        <CancelInvitationDialog {...chosen} focusFallback={heading} onClose={close} />
      )}
      {chosen?.kind === 'again' && (
        <InviteDialog
          by={by}
          again={chosen.invitation}
          returnTo={chosen.returnTo}
          focusFallback={heading}
          onClose={close}
        />
      )}
    </Section>
  )
}
