import { Skeleton } from '@mantine/core'
import { IconBook2, IconHistory, IconKey, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { NavLink } from 'react-router'
import { organizationsQuery, sessionQuery, type Person } from '../api/session.queries.ts'
import { paths } from '../paths.ts'
import { PersonMenu } from './PersonMenu.tsx'
import classes from './Sidebar.module.css'

const links = [
  { to: paths.keys, label: 'API Keys', Icon: IconKey },
  { to: paths.audit, label: 'Audit log', Icon: IconHistory },
  { to: paths.documentation, label: 'Documentation', Icon: IconBook2 },
  { to: paths.settings, label: 'Settings', Icon: IconSettings },
]

type Props = { person: Person; onNavigate?: () => void }

export function Sidebar({ person, onNavigate }: Props) {
  return (
    <div className={classes.sidebar}>
      <OrganizationName />
      <nav aria-label="Portal" className={classes.links}>
        {links.map(({ to, label, Icon }) => (
          <NavLink key={to} to={to} className={classes.link!} onClick={onNavigate}>
            <Icon size={18} stroke={1.7} aria-hidden />
            {label}
          </NavLink>
        ))}
      </nav>
      <PersonMenu person={person} onNavigate={onNavigate} />
    </div>
  )
}

function OrganizationName() {
  const activeId = useQuery(sessionQuery).data?.session.activeOrganizationId
  const organizations = useQuery(organizationsQuery)
  const organization = organizations.data?.find(({ id }) => id === activeId)
  if (organizations.isPending) return <Skeleton height={36} radius="sm" />
  if (!organization) return null
  return (
    <div className={classes.organization}>
      <span className={classes.monogram} aria-hidden>
        {[...organization.name][0]?.toUpperCase()}
      </span>
      <span className="visually-hidden">Organization: </span>
      <span className={classes.organizationName}>{organization.name}</span>
    </div>
  )
}
