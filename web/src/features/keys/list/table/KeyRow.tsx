import { ActionIcon, Button, Menu } from '@mantine/core'
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
} from '@tabler/icons-react'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { memo, useRef } from 'react'
import { useNow } from '../../../../lib/time/use-now.ts'
import { Caption, Cell, Row } from '../../../../ui/tables/StackedTable.tsx'
import { Ago } from '../../../../ui/words/Ago.tsx'
import { Tag } from '../../../../ui/words/Tag.tsx'
import type { KeyDialog } from '../../dialogs/key-dialog.ts'
import { KeyLabel } from './KeyLabel.tsx'
import { noticesOf } from '../../key-notices.ts'
import classes from './KeyTable.module.css'
import { environmentNames } from '../../environments.ts'
import { mayRotate } from '../../rotation.ts'
import { useEnableKey } from '../../dialogs/use-enable-key.ts'

type Props = {
  apiKey: ApiKey
  /** null until it is known */
  mayChange: boolean | null
  onOpenDialog: (dialog: KeyDialog) => void
}

export const KeyRow = memo(function KeyRow({ apiKey, mayChange, onOpenDialog }: Props) {
  const notices = noticesOf(apiKey, useNow())
  return (
    <Row className={classes.row}>
      <Cell className={classes.label}>
        <div className={classes.labelLine}>
          <KeyLabel apiKey={apiKey} />
          <Tag tone={apiKey.environment}>{environmentNames[apiKey.environment]}</Tag>
          {notices.map(({ text, hint, tone }) => (
            <Tag key={text} tone={tone} hint={hint}>
              {text}
            </Tag>
          ))}
        </div>
        <HowItEnded apiKey={apiKey} />
      </Cell>
      <Cell className={classes.key}>{apiKey.masked}</Cell>
      <Cell className={classes.created}>
        <Caption>Created</Caption>
        <Ago timestamp={apiKey.createdAt} />
      </Cell>
      <Cell className={classes.used}>
        {apiKey.lastUsedAt ? (
          <>
            <Caption>Used</Caption>
            <Ago timestamp={apiKey.lastUsedAt} />
          </>
        ) : (
          'Never used'
        )}
      </Cell>
      <Cell className={classes.actions}>
        <Actions apiKey={apiKey} mayChange={mayChange} onOpenDialog={onOpenDialog} />
      </Cell>
    </Row>
  )
})

function HowItEnded({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.revokedAt)
    return (
      <div className={classes.end}>
        Revoked <Ago timestamp={apiKey.revokedAt} />
        {apiKey.revokedBy &&
          // Whoever holds a key may revoke it; then the key itself is named.
          ` by ${apiKey.revokedBy.id === apiKey.id ? 'someone who had the key' : apiKey.revokedBy.name}`}
        {apiKey.revokeReason && `: ${apiKey.revokeReason}`}
      </div>
    )
  if (apiKey.status === 'expired' && apiKey.expiresAt)
    return (
      <div className={classes.end}>
        Expired <Ago timestamp={apiKey.expiresAt} />
      </div>
    )
  return null
}

function Actions({ apiKey, mayChange, onOpenDialog }: Props) {
  const menuButton = useRef<HTMLButtonElement>(null)
  const enable = useEnableKey(apiKey)
  if (mayChange === null) return null
  if (apiKey.status === 'revoked') return <span className="visually-hidden">None</span>
  if (!mayChange)
    return (
      <div className={classes.buttons}>
        <span className={classes.end}>View only</span>
      </div>
    )

  const open = (kind: 'rotate' | 'rename' | 'disable') =>
    onOpenDialog({ kind, apiKey, returnTo: menuButton.current })
  return (
    <div className={classes.buttons}>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        fw={500}
        aria-label={`Revoke ${apiKey.label}`}
        onClick={({ currentTarget }) =>
          onOpenDialog({ kind: 'revoke', apiKey, returnTo: currentTarget })
        }
      >
        Revoke
      </Button>
      <Menu position="bottom-end" shadow="md" width={160}>
        <Menu.Target>
          <ActionIcon
            ref={menuButton}
            variant="subtle"
            color="gray"
            aria-label={`More actions for ${apiKey.label}`}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRotate(apiKey) && (
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => open('rotate')}>
              Rotate
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => open('rename')}>
            Rename
          </Menu.Item>
          {apiKey.status !== 'expired' &&
            (apiKey.enabled ? (
              <Menu.Item
                leftSection={<IconPlayerPause size={16} />}
                onClick={() => open('disable')}
              >
                Disable
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={enable}>
                Enable
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
