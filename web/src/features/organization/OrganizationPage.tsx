import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Subscription } from '@zentrix/shared/schemas/catalog.ts'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api/http.ts'
import { membershipQuery, organizationsQuery } from '../../api/session.queries.ts'
import { roleMeanings, roleNames } from '../../lib/roles.ts'
import { Failure } from '../../ui/feedback/Failure.tsx'
import { CopyId } from '../../ui/copying/CopyId.tsx'
import { Section } from '../../ui/page/Section.tsx'
import { Tag } from '../../ui/words/Tag.tsx'
import { SecondFactorForAll } from './SecondFactorForAll.tsx'
import { LeaveSection } from './LeaveSection.tsx'
import { OrganizationNameForm } from './OrganizationNameForm.tsx'
import classes from './OrganizationPage.module.css'
import { PolicySection } from './policy/PolicySection.tsx'
import { useOrganization, useRole } from './use-organization.ts'

const subscriptionNames: Record<Subscription, string> = {
  active: 'Active',
  trialing: 'Trial',
  inactive: 'Inactive',
}

export function OrganizationPage() {
  const membership = useQuery(membershipQuery)
  const organizations = useQuery(organizationsQuery)
  const organization = useOrganization()
  const role = useRole()
  const failed = [membership, organizations].find(({ isError }) => isError)
  // Until then nothing below has its place. What could not be loaded leaves the rest to be seen.
  const isComing = !failed && (role === undefined || organization === undefined)
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
      <Section title="Organization" isSplit>
        {isComing ? (
          <Skeleton height={320} role="status" aria-label="Loading the organization" />
        ) : (
          <>
            {organization && role === 'owner' && (
              <OrganizationNameForm key={organization.id} name={organization.name} />
            )}
            <dl className={classes.facts}>
              {role !== 'owner' && <Fact name="Name">{organization?.name}</Fact>}
              <Fact name="Your role">
                {role && (
                  <>
                    {roleNames[role]}
                    <Text size="sm" c="dimmed">
                      {roleMeanings[role]}
                    </Text>
                  </>
                )}
              </Fact>
              <Fact name="Subscription">
                {organization && <SubscriptionFact subscription={organization.subscription} />}
              </Fact>
              <Fact name="ID">
                {organization && <CopyId id={organization.id} what="the organization’s id" />}
              </Fact>
            </dl>
          </>
        )}
      </Section>
      {organization && !isComing && <PolicySection />}
      {role === 'owner' && !isComing && <SecondFactorForAll />}
      {organization && !isComing && <LeaveSection organization={organization} />}
    </Stack>
  )
}

function SubscriptionFact({ subscription }: { subscription: Subscription }) {
  const isInactive = subscription === 'inactive'
  return (
    <>
      <Tag tone={isInactive ? 'warning' : 'production'}>{subscriptionNames[subscription]}</Tag>
      {isInactive && (
        <Text size="sm" c="dimmed" mt={4}>
          Calls cannot be started: requests for a call token fail with 403.
        </Text>
      )}
    </>
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
