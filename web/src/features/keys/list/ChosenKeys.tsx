import { Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '../../../paths.ts'
import type { FromChosen } from '../revoke-many/chosen-keys.ts'
import classes from './KeysPage.module.css'

type Props = { ids: ReadonlySet<string>; onStop: () => void }

/** Stays in sight while keys are chosen in the list, and goes on with them. */
export function ChosenKeys({ ids, onStop }: Props) {
  const count = ids.size.toLocaleString('en')
  const keys = ids.size === 1 ? '1 key' : `${count} keys`
  return (
    <Group className={classes.chosen ?? ''} role="region" aria-label="Chosen keys" gap="sm">
      <Text size="sm" role="status" mr="auto">
        {ids.size === 0 ? 'Choose the keys to revoke' : `${count} chosen`}
      </Text>
      <Button variant="default" size="xs" onClick={onStop}>
        Cancel
      </Button>
      {ids.size > 0 && (
        <Button
          component={Link}
          to={paths.revokeMany}
          state={{ ids: [...ids] } satisfies FromChosen}
          size="xs"
          color="red"
        >
          Revoke {keys} …
        </Button>
      )}
    </Group>
  )
}
