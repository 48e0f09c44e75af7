import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { lazily } from '../../ui/feedback/lazily.tsx'
import { MenuButton } from '../../ui/menus/MenuButton.tsx'
import classes from './PersonMenu.module.css'

const PersonItems = lazily(
  () => import('./PersonItems.tsx'),
  (it) => it.PersonItems,
)

type Props = {
  person: Person
  onNavigate: (() => void) | undefined
  onListShortcuts: () => void
}

export function PersonMenu({ person, ...actions }: Props) {
  return (
    <MenuButton
      preload={PersonItems.preload}
      renderMenu={(state) => <PersonItems {...actions} {...state} />}
    >
      {(button) => (
        <UnstyledButton className={classes.target!} {...button}>
          <span className="visually-hidden">Your account: </span>
          <span className={classes.avatar} aria-hidden>
            {initialsOf(person.name)}
          </span>
          <span className={classes.text}>
            <span className={classes.name}>{person.name}</span>
            <span className={classes.email}>{person.email}</span>
          </span>
          <IconSelector size={16} stroke={1.7} aria-hidden />
        </UnstyledButton>
      )}
    </MenuButton>
  )
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return ([...first][0] ?? '').toUpperCase() + ([...last][0] ?? '').toUpperCase()
}
