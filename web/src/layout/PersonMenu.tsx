import { Menu, UnstyledButton } from '@mantine/core'
import { IconLogout, IconSelector, IconSettings } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'
import { request, sentenceOf } from '../api/http.ts'
import type { Person } from '../api/session.queries.ts'
import { paths } from '../paths.ts'
import { notify } from '../ui/notify.ts'
import classes from './PersonMenu.module.css'

type Props = { person: Person; onNavigate: (() => void) | undefined }

export function PersonMenu({ person, onNavigate }: Props) {
  const signOut = useSignOut()
  return (
    <Menu position="top-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.target!} aria-label={`Your account: ${person.name}`}>
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
        <Menu.Item
          component={Link}
          to={paths.settings}
          onClick={onNavigate}
          leftSection={<IconSettings size={16} stroke={1.7} />}
        >
          Settings
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={() => signOut.mutate()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useSignOut() {
  return useMutation({
    mutationFn: () => request('POST', '/api/session/sign-out', { body: {} }),
    // A fresh document forgets everything the page held.
    onSuccess: () => window.location.assign(paths.signIn),
    onError: (error) =>
      notify({
        color: 'red',
        title: 'You are still signed in',
        message: sentenceOf(error),
      }),
  })
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  const last = words.length > 1 ? words.at(-1)! : ''
  return ([...first][0] ?? '').toUpperCase() + ([...last][0] ?? '').toUpperCase()
}
