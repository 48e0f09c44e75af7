import { Button, Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useOfferedScopes } from '../../../api/scopes.queries.ts'
import { splitWords } from './limits-form.ts'
import classes from './ScopeChoice.module.css'

type Props = {
  /** The scopes as typed. */
  typed: string
  onChange: (typed: string) => void
}

/**
 * Adds a scope that the platform knows to the text; any other can be typed there. A menu, as the
 * arrow keys on a closed list of choices would add each scope that they pass.
 */
export function ScopeChoice({ typed, onChange }: Props) {
  const chosen = splitWords(typed)
  const known = useOfferedScopes()
  const offered = known.filter(({ name }) => !chosen.includes(name))
  if (known.length === 0) return null
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          className={classes.add!}
          leftSection={<IconPlus size={14} />}
        >
          Add a scope
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.offered}>
          {offered.length === 0 && <Menu.Item disabled>All are chosen</Menu.Item>}
          {offered.map(({ name, description }) => (
            <Menu.Item key={name} onClick={() => onChange([...chosen, name].join(' '))}>
              <code className={classes.name}>{name}</code>
              <span className={classes.description}>{description}</span>
            </Menu.Item>
          ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  )
}
