import type { Person } from '@zentrix/shared/routes/session-answers.ts'
import { Burger } from '@mantine/core'
import { useState } from 'react'
import { Outlet } from 'react-router'
import { lazily } from '../ui/feedback/lazily.tsx'
import { Brand } from '../ui/page/Brand.tsx'
import classes from './Shell.module.css'
import { Sidebar } from './Sidebar.tsx'

const NavigationDrawer = lazily(
  () => import('./NavigationDrawer.tsx'),
  (it) => it.NavigationDrawer,
)

export function Shell({ person }: { person: Person }) {
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <aside className={classes.sidebar}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <Sidebar person={person} />
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
      {isMenuOpen && <NavigationDrawer person={person} onClose={() => setIsMenuOpen(false)} />}
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  )
}
