import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Navigate, useLocation } from 'react-router'
import { sentenceOf } from '../../api/http.ts'
import { sessionQuery } from '../../api/session.queries.ts'
import { EntryCard } from '../../ui/page/EntryCard.tsx'
import { Failure } from '../../ui/feedback/Failure.tsx'
import { PageLoading } from '../../ui/feedback/PageLoading.tsx'
import { AccountForm } from './AccountForm.tsx'
import { signInOptionsQuery, useNext } from './session.queries.ts'
import { SignInForm } from './SignInForm.tsx'

const SecondFactorForm = lazy(async () => ({
  default: (await import('./SecondFactorForm.tsx')).SecondFactorForm,
}))

/** Why the person was sent to this page. */
type SignInState = { hasSessionEnded?: boolean; hasNewPassword?: boolean }

type Step = { kind: 'password'; sentence: string | null } | { kind: 'code' }

/** Signs a person in or, while there is no account yet, makes the first one. */
export function SignInPage() {
  const next = useNext()
  const state = useLocation().state as SignInState | null
  const hasSessionEnded = state?.hasSessionEnded ?? false
  const [step, setStep] = useState<Step>({ kind: 'password', sentence: null })
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
        description="Create the first account. It owns the organization, and can invite everyone else."
      >
        <AccountForm needsSetupCode={options.data.setupCodeRequired} />
      </EntryCard>
    )
  if (step.kind === 'code')
    return (
      <EntryCard title="Enter your code" description="Two-step sign-in is on for this account.">
        <Suspense fallback={<Skeleton height={220} />}>
          <SecondFactorForm onStartOver={(sentence) => setStep({ kind: 'password', sentence })} />
        </Suspense>
      </EntryCard>
    )
  return (
    <EntryCard title="Sign in" description={step.sentence ?? reasonToSignIn(state)}>
      <SignInForm options={options.data} onCodeNeeded={() => setStep({ kind: 'code' })} />
    </EntryCard>
  )
}

function reasonToSignIn(state: SignInState | null): string | undefined {
  if (state?.hasNewPassword) return 'Your new password is set. Sign in with it.'
  return state?.hasSessionEnded ? 'Your session has ended. Sign in to carry on.' : undefined
}
