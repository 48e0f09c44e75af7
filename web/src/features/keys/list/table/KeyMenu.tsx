import { Menu } from '@mantine/core'
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { MenuState } from '../../../../ui/menus/MenuButton.tsx'
import { OpenMenu } from '../../../../ui/menus/OpenMenu.tsx'
import { useEnableKey } from '../../dialogs/use-enable-key.ts'
import { mayRotate } from '../../rotation.ts'

type Props = MenuState & {
  label: string
  apiKey: ApiKey
  onChoose: (kind: 'rotate' | 'rename' | 'disable') => void
}

export function KeyMenu({ apiKey, onChoose, ...menu }: Props) {
  const enable = useEnableKey(apiKey)
  return (
    <OpenMenu position="bottom-end" width={160} {...menu}>
      {mayRotate(apiKey) && (
        <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => onChoose('rotate')}>
          Rotate
        </Menu.Item>
      )}
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onChoose('rename')}>
        Rename
      </Menu.Item>
      {apiKey.status !== 'expired' &&
        (apiKey.enabled ? (
          <Menu.Item
            leftSection={<IconPlayerPause size={16} />}
            onClick={() => onChoose('disable')}
          >
            Disable
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={enable}>
            Enable
          </Menu.Item>
        ))}
    </OpenMenu>
  )
}
