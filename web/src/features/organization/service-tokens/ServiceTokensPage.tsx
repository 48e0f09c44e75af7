import { PageLoading } from '../../../ui/feedback/PageLoading.tsx'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { IconLock } from '@tabler/icons-react'
import { ServiceTokens } from './ServiceTokens.tsx'
import { useRole } from '../use-organization.ts'

/** Only owners send the requests, because the API refuses everyone else. */
export function ServiceTokensPage() {
  const role = useRole()
  if (role === undefined) return <PageLoading />
  if (role === 'owner') return <ServiceTokens />
  return (
    <EmptyState Icon={IconLock} title="For owners only">
      Service tokens act for the whole organization, so only its owners see and generate them.
    </EmptyState>
  )
}
