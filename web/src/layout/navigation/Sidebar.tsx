import type { Role } from '@zentrix/shared/scopes.ts'
import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { useQuery } from '@tanstack/react-query'
import {
  IconArrowLeft,
  IconBook2,
  IconChartBar,
  IconHistory,
  IconKey,
  IconSettings,
  IconWebhook,
} from '@tabler/icons-react'
import { NavLink } from 'react-router'
import { membershipQuery, sessionQuery } from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'
import { OrganizationMenu } from './OrganizationMenu.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import classes from './Sidebar.module.css'

const links = [
  { to: paths.keys, label: 'API Keys', Icon: IconKey },
  { to: paths.usage, label: 'Usage', Icon: IconChartBar },
  { to: paths.audit, label: 'Audit log', Icon: IconHistory },
  { to: paths.documentation, label: 'Documentation', Icon: IconBook2 },
  { to: paths.settings, label: 'Settings', Icon: IconSettings },
]

/** Of the settings, people whom the platform handed over see the webhooks alone. */
function shownTo(isHandedOff: boolean, role: Role | undefined) {
  if (!isHandedOff) return links
  const others = links.filter(({ to }) => to !== paths.settings)
  const isAdministrator = role === 'owner' || role === 'admin'
  return isAdministrator
    ? [...others, { to: paths.webhooks, label: 'Webhooks', Icon: IconWebhook }]
    : others
}

type Props = { person: Person; onNavigate?: () => void; onListShortcuts: () => void }

export function Sidebar({ person, onNavigate, onListShortcuts }: Props) {
  const handOff = useQuery(sessionQuery).data?.handOff
  const role = useQuery(membershipQuery).data?.role
  return (
    <div className={classes.sidebar}>
      <OrganizationMenu />
      <nav aria-label="Portal" className={classes.links}>
        {handOff?.returnUrl && (
          <a href={handOff.returnUrl} className={classes.link}>
            <IconArrowLeft size={18} stroke={1.7} aria-hidden />
            Back to {new URL(handOff.returnUrl).host}
          </a>
        )}
        {shownTo(handOff !== undefined, role).map(({ to, label, Icon }) => (
          <NavLink key={to} to={to} className={classes.link!} onClick={onNavigate}>
            <Icon size={18} stroke={1.7} aria-hidden />
            {label}
          </NavLink>
        ))}
      </nav>
      <PersonMenu person={person} onNavigate={onNavigate} onListShortcuts={onListShortcuts} />
    </div>
  )
}
