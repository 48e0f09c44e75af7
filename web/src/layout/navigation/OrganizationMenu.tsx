import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { Skeleton, UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { organizationsQuery, sessionQuery } from '../../api/session.queries.ts'
import { lazily } from '../../ui/feedback/lazily.tsx'
import { MenuButton } from '../../ui/menus/MenuButton.tsx'
import classes from './Sidebar.module.css'

const OrganizationItems = lazily(
  () => import('./OrganizationItems.tsx'),
  (it) => it.OrganizationItems,
)

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
  return (
    <MenuButton
      preload={OrganizationItems.preload}
      renderMenu={(state) => <OrganizationItems current={current} all={all} {...state} />}
    >
      {(button) => (
        <UnstyledButton className={classes.organization!} {...button}>
          <Name organization={current} />
          <IconSelector size={16} stroke={1.7} aria-hidden className={classes.selector} />
        </UnstyledButton>
      )}
    </MenuButton>
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
