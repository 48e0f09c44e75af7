import type { Member } from '@zentrix/shared/routes/people/session-answers.ts'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconUserCog, IconUserMinus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useRef } from 'react'
import { sessionQuery } from '../../../api/session.queries.ts'
import { roleNames } from '../../../lib/roles.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import classes from '../List.module.css'
import type { MemberDialog } from './member-dialog.ts'
import { useRole } from '../use-organization.ts'

type Props = {
  rows: Member[]
  hasMore: boolean
  onOpenDialog: (dialog: MemberDialog) => void
}

export function MemberList({ rows, hasMore, onOpenDialog }: Props) {
  const personId = useQuery(sessionQuery).data?.user.id
  const role = useRole()
  const owners = rows.filter((member) => member.role === 'owner')
  const columns = ['Name', 'Role', 'Joined', 'Actions']
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
  member: Member
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
      <Cell className={classes.fact}>
        <Caption>Joined</Caption>
        <Ago timestamp={member.createdAt} />
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
