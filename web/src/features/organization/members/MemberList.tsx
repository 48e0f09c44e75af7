import type { ListedMember } from '@zentrix/shared/routes/people/session-answers.ts'
import { ActionIcon, Anchor, Menu } from '@mantine/core'
import { IconDots, IconUserCog, IconUserMinus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useRef } from 'react'
import { Link } from 'react-router'
import { sessionQuery } from '../../../api/session.queries.ts'
import { roleNames } from '../../../lib/roles.ts'
import { keysMadeByPath } from '../../../paths.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import classes from '../List.module.css'
import { countOfKeys } from './count-of-keys.ts'
import type { MemberDialog } from './member-dialog.ts'
import { useRole } from '../use-organization.ts'

type Props = {
  rows: ListedMember[]
  hasMore: boolean
  onOpenDialog: (dialog: MemberDialog) => void
}

export function MemberList({ rows, hasMore, onOpenDialog }: Props) {
  const personId = useQuery(sessionQuery).data?.user.id
  const role = useRole()
  const owners = rows.filter((member) => member.role === 'owner')
  // Only owners and admins get to know more of a member.
  const hasStanding = rows.some(({ standing }) => standing !== undefined)
  const columns = [
    'Name',
    'Role',
    ...(hasStanding ? ['Last seen', 'Two-step sign-in'] : ['Joined']),
    'Active keys',
    'Actions',
  ]
  return (
    <StackedTable look="filling" hasActions label="Members" columns={columns}>
      <tbody role="rowgroup">
        {rows.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            isSelf={member.userId === personId}
            by={role}
            // Whether there is another owner is known only once everyone is loaded.
            isOnlyOwner={member.role === 'owner' && owners.length === 1 && !hasMore}
            onOpenDialog={onOpenDialog}
          />
        ))}
      </tbody>
    </StackedTable>
  )
}

type RowProps = {
  member: ListedMember
  isSelf: boolean
  by: Role | undefined
  isOnlyOwner: boolean
  onOpenDialog: (dialog: MemberDialog) => void
}

function MemberRow({ member, isSelf, by, isOnlyOwner, onOpenDialog }: RowProps) {
  const mayManage = by === 'owner' || (by === 'admin' && member.role !== 'owner')
  return (
    <Row className={classes.row}>
      <Cell className={classes.main}>
        <div className={classes.nameLine}>
          <span className={classes.name}>{member.user.name}</span>
          {isSelf && <Tag tone="plain">You</Tag>}
        </div>
        <div className={classes.sub}>{member.user.email}</div>
      </Cell>
      <Cell className={classes.fact}>{roleNames[member.role]}</Cell>
      {member.standing ? (
        <Standing standing={member.standing} />
      ) : (
        <Cell className={classes.fact}>
          <Caption>Joined</Caption>
          <Ago timestamp={member.createdAt} />
        </Cell>
      )}
      <Cell className={classes.fact}>
        <Caption>Active keys</Caption>
        {member.activeKeys === 0 ? (
          'None'
        ) : (
          <Anchor
            component={Link}
            to={keysMadeByPath(member.userId)}
            size="sm"
            aria-label={`${countOfKeys(member.activeKeys)} made by ${member.user.name}`}
          >
            {member.activeKeys.toLocaleString('en')}
          </Anchor>
        )}
      </Cell>
      <Cell className={classes.actions}>
        {mayManage && !isOnlyOwner ? (
          <Actions member={member} isSelf={isSelf} onOpenDialog={onOpenDialog} />
        ) : (
          <span className="visually-hidden">None</span>
        )}
      </Cell>
    </Row>
  )
}

function Standing({ standing }: { standing: NonNullable<ListedMember['standing']> }) {
  const { lastSeenAt, twoFactorEnabled, hasPassword } = standing
  return (
    <>
      <Cell className={classes.fact}>
        <Caption>Last seen</Caption>
        {lastSeenAt === null ? 'Never' : <Ago timestamp={lastSeenAt} />}
      </Cell>
      <Cell className={classes.fact}>
        <Caption>Two-step sign-in</Caption>
        {twoFactorEnabled ? (
          'On'
        ) : hasPassword ? (
          <Tag tone="warning">Off</Tag>
        ) : (
          <Tag tone="plain" hint="Signs in at the provider, which may ask for a second step.">
            At the provider
          </Tag>
        )}
      </Cell>
    </>
  )
}

function Actions({
  member,
  isSelf,
  onOpenDialog,
}: Pick<RowProps, 'member' | 'isSelf' | 'onOpenDialog'>) {
  const button = useRef<HTMLButtonElement>(null)
  const open = (kind: 'role' | 'remove') =>
    onOpenDialog({ kind, member, isSelf, returnTo: button.current })
  return (
    <Menu position="bottom-end" shadow="md" width={170}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          aria-label={`Actions for ${member.user.name}`}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCog size={16} />} onClick={() => open('role')}>
          Change role
        </Menu.Item>
        {!isSelf && (
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconUserMinus size={16} />}
            onClick={() => open('remove')}
          >
            Remove
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
