import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import {
  organizationsQuery,
  sessionQuery,
  useSwitchOrganization,
} from '../../api/session.queries.ts'
import { useFailureNotice } from '../../ui/feedback/notify.ts'
import classes from './Sidebar.module.css'

/** Shows the active organization and lets the person switch to their others. */
export function OrganizationMenu() {
  const activeId = useQuery(sessionQuery).data?.session.activeOrganizationId
  const organizations = useQuery(organizationsQuery)
  const all = organizations.data ?? []
  const organization = all.find(({ id }) => id === activeId)
  if (organizations.isPending) return <Skeleton height={36} radius="sm" />
  if (!organization) return null
  if (all.length === 1)
    return (
      <div className={classes.organization}>
        <Name organization={organization} />
      </div>
    )
  return <Switch current={organization} all={all} />
}

function Switch({ current, all }: { current: OrganizationSummary; all: OrganizationSummary[] }) {
  const change = useSwitchOrganization(`You are still in ${current.name}.`)
  useFailureNotice(change.failure)
  return (
    <Menu position="bottom-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.organization!}>
          <Name organization={current} />
          <IconSelector size={16} stroke={1.7} aria-hidden className={classes.selector} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {all.map(({ id, name }) => (
          <Menu.Item
            key={id}
            className={classes.choice!}
            rightSection={id === current.id && <IconCheck size={16} aria-label="current" />}
            onClick={() => {
              if (id !== current.id) change.run(id)
            }}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Name({ organization: { name } }: { organization: OrganizationSummary }) {
  return (
    <>
      <span className={classes.monogram} aria-hidden>
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="visually-hidden">Organization: </span>
      <span className={classes.organizationName}>{name}</span>
    </>
  )
}
