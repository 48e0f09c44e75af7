import { Burger, Drawer } from '@mantine/core'
import { useState } from 'react'
import { Outlet } from 'react-router'
import type { Person } from '../api/session.queries.ts'
import { Brand } from '../ui/Brand.tsx'
import classes from './Shell.module.css'
import { Sidebar } from './Sidebar.tsx'

export function Shell({ person }: { person: Person }) {
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <aside className={classes.sidebar}>
        <Sidebar person={person} />
      </aside>
      <header className={classes.header}>
        <Brand />
        <Burger
          size="sm"
          opened={isMenuOpen}
          onClick={() => setIsMenuOpen(true)}
          aria-label="Open navigation"
          aria-expanded={isMenuOpen}
        />
      </header>
      <Drawer
        opened={isMenuOpen}
        onClose={() => setIsMenuOpen(false)}
        title={<Brand />}
        size={288}
        closeButtonProps={{ 'aria-label': 'Close navigation' }}
        classNames={{ content: classes.drawer, body: classes.drawerBody }}
      >
        <Sidebar person={person} isInDrawer onNavigate={() => setIsMenuOpen(false)} />
      </Drawer>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  )
}
