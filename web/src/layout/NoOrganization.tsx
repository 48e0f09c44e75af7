import type { OrganizationSummary, Person } from '@zentrix/shared/routes/session-answers.ts'
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sentenceOf } from '../api/http.ts'
import { organizationsQuery, useSwitchOrganization } from '../api/session.queries.ts'
import { BusyButton } from '../ui/fields/BusyButton.tsx'
import { EntryCard } from '../ui/page/EntryCard.tsx'
import { FormError } from '../ui/fields/FormError.tsx'
import { PageLoading } from '../ui/feedback/PageLoading.tsx'
import { useSignOut } from './use-sign-out.ts'

/** Someone who left their organization, or was removed from it, can still sign in. */
export function NoOrganization({ person }: { person: Person }) {
  const organizations = useQuery(organizationsQuery)
  const signOut = useSignOut()
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
        onClick={() => signOut.mutate()}
        isBusy={signOut.isPending}
      >
        Sign out
      </BusyButton>
    </EntryCard>
  )
}

function Choices({ organizations }: { organizations: OrganizationSummary[] }) {
  const change = useSwitchOrganization()
  return (
    <Stack gap="sm" mb="lg">
      {change.error && <FormError>{sentenceOf(change.error)}</FormError>}
      {organizations.map(({ id, name }) => (
        <BusyButton
          key={id}
          fullWidth
          isBusy={change.isPending && change.variables === id}
          onClick={() => change.mutate(id)}
        >
          {name}
        </BusyButton>
      ))}
    </Stack>
  )
}
