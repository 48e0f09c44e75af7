import { INVITATION_DAYS } from '@zentrix/shared/limits.ts'
import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ShownInvitation } from '@zentrix/shared/schemas/people/sessions.ts'
import { Link } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { sessionQuery } from '../../../api/session.queries.ts'
import { paths } from '../../../paths.ts'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { PageLoading } from '../../../ui/feedback/PageLoading.tsx'
import { AnswerInvitation } from './AnswerInvitation.tsx'
import { invitationToken, shownInvitationQuery } from './invitation.queries.ts'
import { JoinByInvitation } from './JoinByInvitation.tsx'
import { WrongPerson } from './WrongPerson.tsx'

const endings: Record<Exclude<ShownInvitation['status'], 'pending'>, [string, string]> = {
  accepted: ['This invitation was used already', 'Whoever accepted it is a member now.'],
  rejected: ['This invitation was declined', 'Ask for a new one if that was a mistake.'],
  canceled: ['This invitation was withdrawn', 'There may be a newer one: ask who invited you.'],
  expired: [
    'This invitation has expired',
    `It lasted ${INVITATION_DAYS} days. Ask who invited you for a new one.`,
  ],
}

/** The page of an invitation's link: shows the invitation and lets the person answer. */
export function InvitationPage() {
  const hasToken = invitationToken() !== null
  const session = useQuery(sessionQuery)
  const invitation = useQuery({ ...shownInvitationQuery, enabled: hasToken })
  if (!hasToken)
    return (
      <Ending
        title="Open the link again"
        description="For your safety this page forgets the link when it is reloaded. Open it once more from your invitation."
      />
    )
  if (isUnknown(invitation.error))
    return (
      <Ending
        title="This link is not valid"
        description="Part of it may be missing. Copy the whole link, or ask for a new one."
      />
    )
  const error = invitation.error ?? session.error
  if (error)
    return (
      <EntryCard title="Invitation">
        <Failure
          title="The service did not answer"
          message={sentenceOf(error)}
          onRetry={() => Promise.all([invitation.refetch(), session.refetch()])}
          isRetrying={invitation.isFetching || session.isFetching}
        />
      </EntryCard>
    )
  if (!invitation.data || session.isPending) return <PageLoading />
  const shown = invitation.data
  if (shown.status !== 'pending') {
    const [title, description] = endings[shown.status]
    return <Ending title={title} description={description} />
  }
  if (!session.data) return <JoinByInvitation invitation={shown} />
  const { email } = session.data.user
  return email.toLowerCase() === shown.email ? (
    <AnswerInvitation invitation={shown} />
  ) : (
    <WrongPerson invitation={shown} signedInAs={email} />
  )
}

function isUnknown(error: Error | null): boolean {
  return error instanceof ApiFailure && error.status === 404
}

function Ending({ title, description }: { title: string; description: string }) {
  return (
    <EntryCard title={title} description={description}>
      <Text size="sm">
        <Anchor component={Link} to={paths.keys} underline="always">
          Go to the portal
        </Anchor>
      </Text>
    </EntryCard>
  )
}
