import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, useLocation } from 'react-router'
import { sentenceOf } from '../../api/http.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'
import { EntryCard } from '../../ui/page/EntryCard.tsx'
import { Failure } from '../../ui/feedback/Failure.tsx'
import { PageLoading } from '../../ui/feedback/PageLoading.tsx'
import { AccountForm } from './AccountForm.tsx'
import { signInOptionsQuery, useNext } from './session.queries.ts'

export function SignUpPage() {
  const next = useNext()
  const { search } = useLocation()
  const session = useQuery(sessionQuery)
  const options = useQuery(signInOptionsQuery)

  if (session.data) return <Navigate to={next} replace />
  if (options.isError)
    return (
      <EntryCard title="Create your account">
        <Failure
          title="The service did not answer"
          message={sentenceOf(options.error)}
          onRetry={() => options.refetch()}
          isRetrying={options.isFetching}
        />
      </EntryCard>
    )
  if (session.isPending || options.isPending) return <PageLoading />
  if (!options.data.signUp || options.data.firstRun)
    return <Navigate to={{ pathname: paths.signIn, search }} replace />
  return (
    <EntryCard
      title="Create your account"
      description="You get an organization of your own, ready for API keys."
    >
      <AccountForm needsSetupCode={false} />
      <Text size="sm" c="dimmed" ta="center" mt="md">
        Have an account already?{' '}
        <Anchor component={Link} to={{ pathname: paths.signIn, search }} underline="always">
          Sign in
        </Anchor>
      </Text>
    </EntryCard>
  )
}
