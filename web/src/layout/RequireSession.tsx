import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { sentenceOf } from '../api/http.ts'
import { useSessionEnd } from '../api/session-end.ts'
import { isNoMember, membershipQuery, sessionQuery } from '../api/session.queries.ts'
import { paths, signInPath } from '../paths.ts'
import { Failure } from '../ui/feedback/Failure.tsx'
import { lazily } from '../ui/feedback/lazily.tsx'
import { PageLoading } from '../ui/feedback/PageLoading.tsx'
import { SessionChanged } from './SessionChanged.tsx'
import { Shell } from './Shell.tsx'

const NoOrganization = lazily(
  () => import('./NoOrganization.tsx'),
  (it) => it.NoOrganization,
  <PageLoading />,
)

/** Everything inside it can rely on someone being signed in. */
export function RequireSession() {
  const location = useLocation()
  const session = useQuery(sessionQuery)
  const end = useSessionEnd()
  const isInOrganization = Boolean(session.data?.session.activeOrganizationId)
  const membership = useQuery({ ...membershipQuery, enabled: isInOrganization })
  if (session.isPending) return <PageLoading />
  if (session.isError)
    return (
      <Container size="xs" py="xl">
        <Failure
          title="The portal could not be opened"
          message={sentenceOf(session.error)}
          onRetry={() => session.refetch()}
          isRetrying={session.isFetching}
        />
      </Container>
    )
  if (end === 'changed') return <SessionChanged />
  if (!session.data) {
    const here = location.pathname + location.search
    const to = end === 'signed-out' ? paths.signIn : signInPath(here)
    return (
      <Navigate to={to} replace={end === 'none'} state={{ hasSessionEnded: end === 'ended' }} />
    )
  }
  const { user, session: signedIn } = session.data
  if (!signedIn.activeOrganizationId || isNoMember(membership.error))
    return <NoOrganization person={user} />
  if (membership.data?.secondFactor === 'missing')
    return <Navigate to={paths.setUpSecondFactor} replace />
  return <Shell person={user} />
}
