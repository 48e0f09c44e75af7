import { Drawer } from '@mantine/core'
import type { Person } from '../api/session.queries.ts'
import { Brand } from '../ui/Brand.tsx'
import { useReturnFocus } from '../ui/use-return-focus.ts'
import classes from './NavigationDrawer.module.css'
import { Sidebar } from './Sidebar.tsx'

type Props = { person: Person; onClose: () => void }

/** The sidebar on a narrow screen. */
export function NavigationDrawer({ person, onClose }: Props) {
  useReturnFocus(document.activeElement)
  return (
    <Drawer
      opened
      onClose={onClose}
      title={<Brand />}
      size={288}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': 'Close navigation' }}
      classNames={{ content: classes.content, header: classes.header, body: classes.body }}
    >
      <Sidebar person={person} onNavigate={onClose} />
    </Drawer>
  )
}
