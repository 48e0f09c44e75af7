import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { PageLoading } from '../../../ui/feedback/PageLoading.tsx'
import { useRole } from '../use-organization.ts'
import { Webhooks } from './Webhooks.tsx'

export function WebhooksPage() {
  return (
    <ForAdministrators>
      <Webhooks />
    </ForAdministrators>
  )
}

/** Only owners and admins send the requests, because the API refuses everyone else. */
export function ForAdministrators({ children }: { children: ReactNode }) {
  const role = useRole()
  if (role === undefined) return <PageLoading />
  if (role === 'owner' || role === 'admin') return children
  return (
    <EmptyState Icon={IconLock} title="For owners and admins only">
      Webhooks send the audit log elsewhere, so only owners and admins see and add them.
    </EmptyState>
  )
}
