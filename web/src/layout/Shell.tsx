import type { Person } from '@zentrix/shared/routes/session-answers.ts'
import { Burger } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Outlet } from 'react-router'
import { Brand } from '../ui/page/Brand.tsx'
import classes from './Shell.module.css'
import { Sidebar } from './Sidebar.tsx'

const NavigationDrawer = lazy(async () => ({
  default: (await import('./NavigationDrawer.tsx')).NavigationDrawer,
}))

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
      {isMenuOpen && (
        <Suspense fallback={null}>
          <NavigationDrawer person={person} onClose={() => setIsMenuOpen(false)} />
        </Suspense>
      )}
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  )
}
