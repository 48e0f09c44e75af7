import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { sentenceOf } from '../api/http.ts'
import { sessionQuery } from '../api/session.queries.ts'
import { signInPath } from '../paths.ts'
import { Failure } from '../ui/feedback/Failure.tsx'
import { PageLoading } from '../ui/feedback/PageLoading.tsx'
import { NoOrganization } from './NoOrganization.tsx'
import { Shell } from './Shell.tsx'

/** Everything inside it can rely on someone being signed in. */
export function RequireSession() {
  const location = useLocation()
  const session = useQuery(sessionQuery)
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
  if (!session.data)
    return <Navigate to={signInPath(location.pathname + location.search)} replace />
  const { user, session: signedIn } = session.data
  if (!signedIn.activeOrganizationId) return <NoOrganization person={user} />
  return <Shell person={user} />
}
