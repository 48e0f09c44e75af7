import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { Menu } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useSwitchOrganization } from '../../api/session.queries.ts'
import { useFailureNotice } from '../../ui/feedback/notify.ts'
import type { MenuState } from '../../ui/menus/MenuButton.tsx'
import { OpenMenu } from '../../ui/menus/OpenMenu.tsx'
import classes from './Sidebar.module.css'

type Props = MenuState & { current: OrganizationSummary; all: OrganizationSummary[] }

export function OrganizationItems({ current, all, ...menu }: Props) {
  const change = useSwitchOrganization(`You are still in ${current.name}.`)
  useFailureNotice(change.failure)
  return (
    <OpenMenu label="Organization" position="bottom-start" width="target" {...menu}>
      {all.map(({ id, name }) => (
        <Menu.Item
          key={id}
          className={classes.choice!}
          rightSection={id === current.id && <IconCheck size={16} aria-label="current" />}
          onClick={() => {
            if (id !== current.id) change.run(id)
          }}
        >
          {name}
        </Menu.Item>
      ))}
    </OpenMenu>
  )
}
