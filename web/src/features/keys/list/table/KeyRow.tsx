import { ActionIcon, Button } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import type { Policy } from '@zentrix/shared/policy.ts'
import { memo, useRef } from 'react'
import { useNow } from '../../../../lib/time/use-now.ts'
import { lazily } from '../../../../ui/feedback/lazily.tsx'
import { MenuButton } from '../../../../ui/menus/MenuButton.tsx'
import { RowStop } from '../../../../ui/tables/row-stop.ts'
import { Caption, Cell, Row } from '../../../../ui/tables/StackedTable.tsx'
import { Ago } from '../../../../ui/words/Ago.tsx'
import { Tag } from '../../../../ui/words/Tag.tsx'
import type { KeyDialog } from '../../dialogs/key-dialog.ts'
import { KeyLabel } from './KeyLabel.tsx'
import { noticesOf } from '../../key-notices.ts'
import classes from './KeyTable.module.css'
import { environmentNames } from '../../environments.ts'

const KeyMenu = lazily(
  () => import('./KeyMenu.tsx'),
  (it) => it.KeyMenu,
)

const ChooseKey = lazily(
  () => import('./ChooseKey.tsx'),
  (it) => it.ChooseKey,
)

/** Loads what a row shows only when it is asked to. */
export function preloadRows() {
  KeyMenu.preload()
  ChooseKey.preload()
}

type Props = {
  apiKey: ApiKey
  /** null until it is known */
  mayChange: boolean | null
  /** Who made the key, as the reader sees them; null where all keys are the reader's own. */
  creator: string | null
  policy: Policy
  onOpenDialog: (dialog: KeyDialog) => void
  /** null while no keys can be chosen */
  isChosen: boolean | null
  onChoose: (id: string, isChosen: boolean) => void
}

export const KeyRow = memo(function KeyRow({
  apiKey,
  mayChange,
  creator,
  policy,
  onOpenDialog,
  isChosen,
  onChoose,
}: Props) {
  const notices = noticesOf(apiKey, useNow(), policy)
  return (
    <Row className={classes.row}>
      <Cell className={classes.label}>
        <div className={classes.choice}>
          {isChosen !== null && apiKey.status !== 'revoked' && (
            <ChooseKey apiKey={apiKey} isChosen={isChosen} onChoose={onChoose} />
          )}
          <div>
            <div className={classes.labelLine}>
              <KeyLabel apiKey={apiKey} />
              <RowStop value={-1}>
                <Tag tone={apiKey.environment}>{environmentNames[apiKey.environment]}</Tag>
                {notices.map(({ text, hint, tone }) => (
                  <Tag key={text} tone={tone} hint={hint}>
                    {text}
                  </Tag>
                ))}
              </RowStop>
            </div>
            <HowItEnded apiKey={apiKey} />
          </div>
        </div>
      </Cell>
      <RowStop value={-1}>
        <Cell className={classes.key}>{apiKey.masked}</Cell>
        <Cell className={classes.created}>
          <Caption>Created</Caption>
          <Ago timestamp={apiKey.createdAt} />
          {creator && <span className={classes.creator}> by {creator}</span>}
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
      </RowStop>
    </Row>
  )
})

function HowItEnded({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.revokedAt)
    return (
      <div className={classes.end}>
        Revoked{' '}
        <RowStop value={-1}>
          <Ago timestamp={apiKey.revokedAt} />
        </RowStop>
        {apiKey.revokedBy &&
          // Anyone who holds a key may revoke it; then the key itself is named.
          ` by ${apiKey.revokedBy.id === apiKey.id ? 'someone who had the key' : apiKey.revokedBy.name}`}
        {apiKey.revokeReason && `: ${apiKey.revokeReason}`}
      </div>
    )
  if (apiKey.status === 'expired' && apiKey.expiresAt)
    return (
      <div className={classes.end}>
        Expired{' '}
        <RowStop value={-1}>
          <Ago timestamp={apiKey.expiresAt} />
        </RowStop>
      </div>
    )
  return null
}

function Actions({
  apiKey,
  mayChange,
  onOpenDialog,
}: Pick<Props, 'apiKey' | 'mayChange' | 'onOpenDialog'>) {
  const menuButton = useRef<HTMLButtonElement>(null)
  if (apiKey.status === 'revoked' || mayChange === false)
    return <span className="visually-hidden">None</span>

  const menuLabel = `More actions for ${apiKey.label}`
  const open = (kind: 'rotate' | 'rename' | 'disable') =>
    onOpenDialog({ kind, apiKey, returnTo: menuButton.current })
  return (
    // They have their place already while it is not known whether the person may use them.
    <div className={classes.buttons} style={mayChange === null ? { visibility: 'hidden' } : {}}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        className={classes.revoke ?? ''}
        tabIndex={-1}
        aria-label={`Revoke ${apiKey.label}`}
        onClick={({ currentTarget }) =>
          onOpenDialog({ kind: 'revoke', apiKey, returnTo: currentTarget })
        }
      >
        Revoke
      </Button>
      <MenuButton
        preload={KeyMenu.preload}
        renderMenu={(state) => (
          <KeyMenu label={menuLabel} apiKey={apiKey} onChoose={open} {...state} />
        )}
      >
        {(button) => (
          <ActionIcon
            ref={menuButton}
            variant="subtle"
            color="gray"
            tabIndex={-1}
            aria-label={menuLabel}
            {...button}
          >
            <IconDots size={18} />
          </ActionIcon>
        )}
      </MenuButton>
    </div>
  )
}
