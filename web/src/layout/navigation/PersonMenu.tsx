import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { Menu, UnstyledButton } from '@mantine/core'
import { IconKeyboard, IconLogout, IconSelector, IconSettings } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'
import classes from './PersonMenu.module.css'
import { useSignOutWithNotice } from '../use-sign-out-with-notice.ts'

type Props = {
  person: Person
  onNavigate: (() => void) | undefined
  onListShortcuts: () => void
}

export function PersonMenu({ person, onNavigate, onListShortcuts }: Props) {
  const signOut = useSignOutWithNotice()
  const isHandedOff = useQuery(sessionQuery).data?.handOff !== undefined
  return (
    <Menu position="top-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.target!}>
          <span className="visually-hidden">Your account: </span>
          <span className={classes.avatar} aria-hidden>
            {initialsOf(person.name)}
          </span>
          <span className={classes.text}>
            <span className={classes.name}>{person.name}</span>
            <span className={classes.email}>{person.email}</span>
          </span>
          <IconSelector size={16} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {!isHandedOff && (
          <Menu.Item
            component={Link}
            to={paths.settings}
            onClick={onNavigate}
            leftSection={<IconSettings size={16} stroke={1.7} />}
          >
            Settings
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} onClick={onListShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={() => signOut.run()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return ([...first][0] ?? '').toUpperCase() + ([...last][0] ?? '').toUpperCase()
}
