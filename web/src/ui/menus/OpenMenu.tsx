import { Menu, type MenuProps } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import type { ReactNode } from 'react'
import type { MenuState } from './MenuButton.tsx'
import classes from './OpenMenu.module.css'

// The button says by itself that it opens a menu. The library's types leave this out.
const hasNoRoles = { withRoles: false }

type Props = MenuState & {
  /** Names the menu, as its button does. */
  label: string
  position: NonNullable<MenuProps['position']>
  width: NonNullable<MenuProps['width']>
  children: ReactNode
}

/** The menu of a `MenuButton`, in the place of the button. */
export function OpenMenu({ isOpen, onClose, label, position, width, children }: Props) {
  // The library remembers where to return the focus to when it sees the menu open.
  const isThere = useMounted()
  return (
    <Menu
      opened={isOpen && isThere}
      onClose={onClose}
      position={position}
      width={width}
      shadow="md"
      {...hasNoRoles}
    >
      <Menu.Target>
        <span className={classes.place} />
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>{children}</Menu.Dropdown>
    </Menu>
  )
}
