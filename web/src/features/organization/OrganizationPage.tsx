import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api/http.ts'
import { membershipQuery, organizationsQuery, sessionQuery } from '../../api/session.queries.ts'
import { Failure } from '../../ui/Failure.tsx'
import { Section } from '../../ui/Section.tsx'
import classes from './OrganizationPage.module.css'

const roleDescriptions: Record<Role, { name: string; means: string }> = {
  owner: { name: 'Owner', means: 'You manage all keys and the organization itself.' },
  admin: { name: 'Admin', means: 'You manage all of the organization’s keys.' },
  member: { name: 'Member', means: 'You see all keys, and manage the ones you made.' },
  viewer: { name: 'Viewer', means: 'You see all keys, and change none.' },
}

export function OrganizationPage() {
  const session = useQuery(sessionQuery)
  const membership = useQuery(membershipQuery)
  const organizations = useQuery(organizationsQuery)
  const activeId = session.data?.session.activeOrganizationId
  const organization = organizations.data?.find(({ id }) => id === activeId)
  const role = membership.data && roleDescriptions[membership.data.role]
  const failed = [membership, organizations].find(({ isError }) => isError)
  return (
    <Stack gap="lg">
      {failed && (
        <Failure
          title="Not everything could be loaded"
          message={sentenceOf(failed.error)}
          onRetry={() => Promise.all([membership.refetch(), organizations.refetch()])}
          isRetrying={membership.isFetching || organizations.isFetching}
        />
      )}
      <Section title="Organization">
        <dl className={classes.facts}>
          <Fact name="Name">{organization?.name}</Fact>
          <Fact name="Your role">
            {role && (
              <>
                {role.name}
                <Text size="sm" c="dimmed">
                  {role.means}
                </Text>
              </>
            )}
          </Fact>
        </dl>
      </Section>
    </Stack>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children ?? <Skeleton height={14} width={160} my={4} />}</dd>
    </div>
  )
}
