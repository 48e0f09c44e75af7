import { Text } from '@mantine/core'
import type { Person } from '../api/session.queries.ts'
import { BusyButton } from '../ui/BusyButton.tsx'
import { EntryCard } from '../ui/EntryCard.tsx'
import { useSignOut } from './use-sign-out.ts'

/** Someone who was removed from their only organization can still sign in. */
export function NoOrganization({ person }: { person: Person }) {
  const signOut = useSignOut()
  return (
    <EntryCard
      title="You are in no organization"
      description="API keys belong to an organization. Ask one of its owners for an invitation."
    >
      <Text size="sm" mb="md">
        You are signed in as {person.email}.
      </Text>
      <BusyButton
        variant="default"
        fullWidth
        onClick={() => signOut.mutate()}
        isBusy={signOut.isPending}
      >
        Sign out
      </BusyButton>
    </EntryCard>
  )
}
