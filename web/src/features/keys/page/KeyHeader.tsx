import { ActionIcon, Button, Menu, Title } from '@mantine/core'
import {
  IconBan,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
} from '@tabler/icons-react'
import type { ApiKey, KeyStatus } from '@zentrix/shared/schemas/keys.ts'
import { useRef, type RefObject } from 'react'
import { Tag } from '../../../ui/words/Tag.tsx'
import type { KeyDialog, OpenKeyDialog } from '../dialogs/key-dialog.ts'
import classes from './KeyHeader.module.css'
import { environmentNames } from '../environments.ts'
import { statusNames } from '../status-names.ts'
import { mayRotate } from '../rotation.ts'
import { useEnableKey } from '../dialogs/use-enable-key.ts'

type Props = {
  apiKey: ApiKey
  /** null until it is known */
  mayChange: boolean | null
  headingRef: RefObject<HTMLHeadingElement | null>
  onOpenDialog: OpenKeyDialog
}

export function KeyHeader({ apiKey, mayChange, headingRef, onOpenDialog }: Props) {
  return (
    <header className={classes.header}>
      <div className={classes.name}>
        <Title
          order={1}
          ref={headingRef}
          tabIndex={-1}
          className={classes.title!}
          title={apiKey.label}
        >
          {apiKey.label}
        </Title>
        <div className={classes.line}>
          <code className={classes.masked}>{apiKey.masked}</code>
          <Tag tone={apiKey.environment}>{environmentNames[apiKey.environment]}</Tag>
          <Tag tone={statusTone(apiKey.status)}>{statusNames[apiKey.status]}</Tag>
          {apiKey.leakedAt && <Tag tone="danger">Leaked</Tag>}
        </div>
      </div>
      {mayChange === false && <span className={classes.quiet}>View only</span>}
      {mayChange !== false && apiKey.status !== 'revoked' && (
        // They have their place already while it is not known whether the person may use them.
        <div style={mayChange === null ? { visibility: 'hidden' } : {}}>
          <Actions apiKey={apiKey} onOpenDialog={onOpenDialog} />
        </div>
      )}
    </header>
  )
}

function statusTone(status: KeyStatus) {
  return status === 'active' ? 'plain' : 'warning'
}

type ActionsProps = Pick<Props, 'apiKey' | 'onOpenDialog'>

function Actions({ apiKey, onOpenDialog }: ActionsProps) {
  const menuButton = useRef<HTMLButtonElement>(null)
  const enable = useEnableKey(apiKey)
  type Kind = Exclude<KeyDialog['kind'], 'none'>
  const open = (kind: Kind, returnTo: HTMLElement | null) =>
    onOpenDialog({ kind, apiKey, returnTo })
  return (
    <div className={classes.actions}>
      {mayRotate(apiKey) && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          onClick={({ currentTarget }) => open('rotate', currentTarget)}
        >
          Rotate
        </Button>
      )}
      <Button
        variant="default"
        className={classes.revoke!}
        leftSection={<IconBan size={16} />}
        onClick={({ currentTarget }) => open('revoke', currentTarget)}
      >
        Revoke
      </Button>
      <Menu position="bottom-end" shadow="md" width={170}>
        <Menu.Target>
          <ActionIcon ref={menuButton} variant="default" size={36} aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            onClick={() => open('rename', menuButton.current)}
          >
            Rename
          </Menu.Item>
          {apiKey.enabled ? (
            <Menu.Item
              leftSection={<IconPlayerPause size={16} />}
              onClick={() => open('disable', menuButton.current)}
            >
              Disable
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={enable}>
              Enable
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
