import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import { Link } from 'react-router'
import { keysMadeByPath, revokeKeysMadeByPath } from '../../../paths.ts'
import { countOfKeys } from './count-of-keys.ts'

type Props = { member: ListedMember; keys: number; onClose: () => void }

/** The keys that a removed member leaves behind. */
export function KeysOfLeaver({ member: { userId, user }, keys, onClose }: Props) {
  return (
    <Modal
      opened
      centered
      size={460}
      onClose={onClose}
      title={`${user.name} made ${countOfKeys(keys)}`}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm">
          If they may have taken {keys === 1 ? 'it' : 'one'} along, rotate the keys that are in use:
          each gets a new secret, and the old one ends when you say. Revoke those that nobody needs.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Keep as they are
          </Button>
          <Button variant="default" component={Link} to={revokeKeysMadeByPath(userId)}>
            Revoke …
          </Button>
          <Button data-autofocus component={Link} to={keysMadeByPath(userId)}>
            See and rotate
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
