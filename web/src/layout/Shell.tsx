import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { Burger } from '@mantine/core'
import { useState } from 'react'
import { Outlet } from 'react-router'
import { lazily } from '../ui/feedback/lazily.tsx'
import { Brand } from '../ui/page/Brand.tsx'
import classes from './Shell.module.css'
import { UnreadNotice } from './failures/UnreadNotice.tsx'
import { useShortcuts } from './shortcuts/use-shortcuts.ts'
import { Sidebar } from './navigation/Sidebar.tsx'

const NavigationDrawer = lazily(
  () => import('./navigation/NavigationDrawer.tsx'),
  (it) => it.NavigationDrawer,
)

const ShortcutsDialog = lazily(
  () => import('./shortcuts/ShortcutsDialog.tsx'),
  (it) => it.ShortcutsDialog,
)

export function Shell({ person }: { person: Person }) {
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  const [areShortcutsListed, setAreShortcutsListed] = useState(false)
  const listShortcuts = () => setAreShortcutsListed(true)
  useShortcuts(listShortcuts)
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <aside className={classes.sidebar}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <Sidebar person={person} onListShortcuts={listShortcuts} />
      </aside>
      <header className={classes.header}>
        <Brand />
        <Burger
          size="sm"
          onClick={() => setIsMenuOpen(true)}
          aria-label="Open navigation"
          aria-expanded={isMenuOpen}
        />
      </header>
      {isMenuOpen && (
        <NavigationDrawer
          person={person}
          onClose={() => setIsMenuOpen(false)}
          onListShortcuts={listShortcuts}
        />
      )}
      {areShortcutsListed && <ShortcutsDialog onClose={() => setAreShortcutsListed(false)} />}
      <main id="main" tabIndex={-1} className={classes.main}>
        <UnreadNotice />
        <Outlet />
      </main>
    </div>
  )
}
