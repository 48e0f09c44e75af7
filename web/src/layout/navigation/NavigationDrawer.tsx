import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { Drawer } from '@mantine/core'
import { Brand } from '../../ui/page/Brand.tsx'
import { useReturnFocus } from '../../ui/dialogs/use-return-focus.ts'
import classes from './NavigationDrawer.module.css'
import { Sidebar } from './Sidebar.tsx'

type Props = { person: Person; onClose: () => void; onListShortcuts: () => void }

/** The sidebar on a narrow screen. */
export function NavigationDrawer({ person, onClose, onListShortcuts }: Props) {
  useReturnFocus(document.activeElement)
  return (
    <Drawer.Root
      opened
      onClose={onClose}
      size={288}
      returnFocus={false}
      classNames={{ content: classes.content, body: classes.body }}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.header}>
          <Drawer.Title>
            <Brand />
          </Drawer.Title>
          <Drawer.CloseButton aria-label="Close navigation" />
        </div>
        <Drawer.Body>
          <Sidebar
            person={person}
            onNavigate={onClose}
            onListShortcuts={() => {
              onClose()
              onListShortcuts()
            }}
          />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
