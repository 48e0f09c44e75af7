import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { sentenceOf } from '../../api/http.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { EntryCard } from '../../ui/EntryCard.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { PageLoading } from '../../ui/PageLoading.tsx'
import { AccountForm } from './AccountForm.tsx'
import { signInOptionsQuery, useNext } from './session.queries.ts'
import { SignInForm } from './SignInForm.tsx'

/** Where a person comes in: by signing in or, on a service without any account, by making one. */
export function SignInPage() {
  const next = useNext()
  const state = useLocation().state as { hasSessionEnded?: boolean } | null
  const hasSessionEnded = state?.hasSessionEnded ?? false
  const session = useQuery(sessionQuery)
  const options = useQuery(signInOptionsQuery)

  if (session.data && !hasSessionEnded) return <Navigate to={next} replace />
  const error = session.error ?? options.error
  if (error)
    return (
      <EntryCard title="Sign in">
        <Failure
          title="The service did not answer"
          message={sentenceOf(error)}
          onRetry={() => Promise.all([session.refetch(), options.refetch()])}
          isRetrying={session.isFetching || options.isFetching}
        />
      </EntryCard>
    )
  if (session.isPending || !options.data) return <PageLoading />
  if (options.data.firstRun)
    return (
      <EntryCard
        title="Welcome to Agent Studio"
        description="Make the first account. It owns the organization, and can invite everyone else."
      >
        <AccountForm needsSetupCode={options.data.setupCodeRequired} />
      </EntryCard>
    )
  return (
    <EntryCard
      title="Sign in"
      description={hasSessionEnded ? 'Your session has ended. Sign in to carry on.' : undefined}
    >
      <SignInForm options={options.data} />
    </EntryCard>
  )
}
