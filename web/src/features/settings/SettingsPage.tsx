import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import { Navigate, NavLink, Outlet, useLocation } from 'react-router'
import { membershipQuery, sessionQuery } from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'
import classes from './SettingsPage.module.css'

type Part = { to: string; label: string; roles?: Role[]; isForHandedOff?: true }

/** Each is a page with an address of its own, in routes.tsx; without `roles` it is for everyone. */
const parts: Part[] = [
  { to: paths.settings, label: 'Your account' },
  { to: paths.organization, label: 'Organization' },
  { to: paths.members, label: 'Members' },
  { to: paths.serviceTokens, label: 'Service tokens', roles: ['owner'] },
  { to: paths.webhooks, label: 'Webhooks', roles: ['owner', 'admin'], isForHandedOff: true },
]

/** The frame around the parts of the settings. */
export function SettingsPage() {
  const { pathname } = useLocation()
  const isHandedOff = useQuery(sessionQuery).data?.handOff !== undefined
  const role = useQuery(membershipQuery).data?.role
  const shown = parts
    .filter(({ roles }) => !roles || (role && roles.includes(role)))
    .filter(({ isForHandedOff = false }) => !isHandedOff || isForHandedOff)
  const current = parts.findLast(({ to }) => pathname.startsWith(to))
  const isElsewhere = shown.every(({ to }) => !pathname.startsWith(to))
  if (isHandedOff && role !== undefined && isElsewhere) return <Navigate to={paths.keys} replace />
  return (
    <>
      <title>{`${current?.label ?? 'Settings'} · Zentrix Agent Studio`}</title>
      <Title order={1} mb="sm">
        Settings
      </Title>
      <nav aria-label="Settings" className={classes.tabs}>
        {shown.map(({ to, label }) => (
          <NavLink
            key={to}
            ref={to === pathname ? scrollTo : undefined}
            to={to}
            end={to === paths.settings}
            className={classes.tab!}
          >
            {label}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  )
}

// On a narrow screen the tabs need more room than there is.
function scrollTo(tab: HTMLElement | null) {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
