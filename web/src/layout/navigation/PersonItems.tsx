import { Menu } from '@mantine/core'
import { IconKeyboard, IconLogout, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { sessionQuery } from '../../api/session.queries.ts'
import { paths } from '../../paths.ts'
import type { MenuState } from '../../ui/menus/MenuButton.tsx'
import { OpenMenu } from '../../ui/menus/OpenMenu.tsx'
import { useSignOutWithNotice } from '../use-sign-out-with-notice.ts'

type Props = MenuState & { onNavigate: (() => void) | undefined; onListShortcuts: () => void }

export function PersonItems({ onNavigate, onListShortcuts, ...menu }: Props) {
  const signOut = useSignOutWithNotice()
  const isHandedOff = useQuery(sessionQuery).data?.handOff !== undefined
  return (
    <OpenMenu label="Your account" position="top-start" width="target" {...menu}>
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
      <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => signOut.run()}>
        Sign out
      </Menu.Item>
    </OpenMenu>
  )
}
