import type { OrganizationSummary, Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { organizationsQuery, useSwitchOrganization } from '../api/session.queries.ts'
import { BusyButton } from '../ui/fields/BusyButton.tsx'
import { EntryCard } from '../ui/page/EntryCard.tsx'
import { FormFailure } from '../ui/fields/FormFailure.tsx'
import { PageLoading } from '../ui/feedback/PageLoading.tsx'
import { useSignOutWithNotice } from './use-sign-out-with-notice.ts'

/** Someone who left their organization, or was removed from it, can still sign in. */
export function NoOrganization({ person }: { person: Person }) {
  const organizations = useQuery(organizationsQuery)
  const signOut = useSignOutWithNotice()
  if (organizations.isPending) return <PageLoading />
  const others = organizations.data ?? []
  return (
    <EntryCard
      title={others.length > 0 ? 'Choose an organization' : 'You are in no organization'}
      description={
        others.length > 0
          ? 'You no longer belong to the one you were in.'
          : 'API keys belong to an organization. Ask one of its owners for an invitation.'
      }
    >
      {others.length > 0 && <Choices organizations={others} />}
      <Text size="sm" mb="md">
        You are signed in as {person.email}.
      </Text>
      <BusyButton
        variant="default"
        fullWidth
        onClick={() => signOut.run()}
        isBusy={signOut.isPending}
      >
        Sign out
      </BusyButton>
    </EntryCard>
  )
}

function Choices({ organizations }: { organizations: OrganizationSummary[] }) {
  const change = useSwitchOrganization('You are still in no organization.')
  return (
    <Stack gap="sm" mb="lg">
      <FormFailure failure={change.failure} />
      {organizations.map(({ id, name }) => (
        <BusyButton
          key={id}
          fullWidth
          isBusy={change.running === id}
          onClick={() => change.run(id)}
        >
          {name}
        </BusyButton>
      ))}
    </Stack>
  )
}
