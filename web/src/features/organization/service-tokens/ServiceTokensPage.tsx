import { PageLoading } from '../../../ui/feedback/PageLoading.tsx'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { IconLock } from '@tabler/icons-react'
import { ServiceTokens } from './ServiceTokens.tsx'
import { useRole } from '../use-organization.ts'

/** Whoever is not an owner asks for nothing that would be refused. */
export function ServiceTokensPage() {
  const role = useRole()
  if (role === undefined) return <PageLoading />
  if (role === 'owner') return <ServiceTokens />
  return (
    <EmptyState Icon={IconLock} title="For owners only">
      Service tokens act for the whole organization, so only its owners see and make them.
    </EmptyState>
  )
}
