import { Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api/http.ts'
import { membershipQuery, organizationsQuery, sessionQuery } from '../../api/session.queries.ts'
import { Failure } from '../../ui/Failure.tsx'
import classes from './SettingsPage.module.css'

const roleDescriptions: Record<Role, { name: string; means: string }> = {
  owner: { name: 'Owner', means: 'You manage all keys and the organization itself.' },
  admin: { name: 'Admin', means: 'You manage all of the organization’s keys.' },
  member: { name: 'Member', means: 'You see all keys, and manage the ones you made.' },
  viewer: { name: 'Viewer', means: 'You see all keys, and change none.' },
}

export function SettingsPage() {
  const session = useQuery(sessionQuery)
  const membership = useQuery(membershipQuery)
  const organizations = useQuery(organizationsQuery)
  const activeId = session.data?.session.activeOrganizationId
  const organization = organizations.data?.find(({ id }) => id === activeId)
  const role = membership.data && roleDescriptions[membership.data.role]
  const failed = [membership, organizations].find(({ isError }) => isError)
  return (
    <>
      <title>Settings · Zentrix Agent Studio</title>
      <Title order={1} mb="lg">
        Settings
      </Title>
      <Stack gap="lg" maw={720}>
        {failed && (
          <Failure
            title="Not everything could be loaded"
            message={sentenceOf(failed.error)}
            onRetry={() => Promise.all([membership.refetch(), organizations.refetch()])}
            isRetrying={membership.isFetching || organizations.isFetching}
          />
        )}
        <Section title="You">
          <Fact name="Name">{session.data?.user.name}</Fact>
          <Fact name="Email">{session.data?.user.email}</Fact>
        </Section>
        <Section title="Organization">
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
        </Section>
      </Stack>
    </>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder radius="md" aria-label={title}>
      <Title order={2} size="h3" className={classes.title!}>
        {title}
      </Title>
      <dl className={classes.facts}>{children}</dl>
    </Paper>
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
