import { Button } from '@mantine/core'
import type { ServiceToken } from '@zentrix/shared/schemas/service-tokens.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { formatDay, formatUntil } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import { Caption, Cell, Row, StackedTable } from '../../../ui/tables/StackedTable.tsx'
import classes from '../List.module.css'

const EXPIRY_NOTICE_DAYS = 14

type Props = {
  rows: ServiceToken[]
  onRevoke: (token: ServiceToken, button: HTMLElement) => void
}

export function ServiceTokenList({ rows, onRevoke }: Props) {
  return (
    <StackedTable
      look="filling"
      hasActions
      label="Service tokens"
      columns={['Name', 'Token', 'Created', 'Last used', 'Actions']}
    >
      <tbody role="rowgroup">
        {rows.map((token) => (
          <Row key={token.id} className={classes.row}>
            <Cell className={classes.main}>
              <div className={classes.nameLine}>
                <span className={classes.name}>{token.name}</span>
                {token.leakedAt && <Tag tone="danger">Leaked</Tag>}
                <Expiry token={token} />
              </div>
              <div className={classes.sub}>{token.scopes.join(' · ')}</div>
            </Cell>
            <Cell className={classes.masked}>{token.masked}</Cell>
            <Cell className={classes.fact}>
              <Caption>Created</Caption>
              <Ago timestamp={token.createdAt} />
            </Cell>
            <Cell className={classes.fact}>
              <LastUse token={token} />
            </Cell>
            <Cell className={classes.actions}>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                className={classes.ending ?? ''}
                aria-label={`Revoke ${token.name}`}
                onClick={({ currentTarget }) => onRevoke(token, currentTarget)}
              >
                Revoke
              </Button>
            </Cell>
          </Row>
        ))}
      </tbody>
    </StackedTable>
  )
}

function Expiry({ token: { status, expiresAt } }: { token: ServiceToken }) {
  const now = useNow()
  if (expiresAt === null) return null
  if (status === 'expired') return <Tag tone="warning">Expired</Tag>
  const isSoon = Date.parse(expiresAt) - now < EXPIRY_NOTICE_DAYS * DAY_MS
  if (isSoon) return <Tag tone="warning">Expires {formatUntil(expiresAt, now)}</Tag>
  return <Tag tone="plain">Until {formatDay(expiresAt)}</Tag>
}

function LastUse({ token: { lastUsedAt, lastUsedIp } }: { token: ServiceToken }) {
  if (lastUsedAt === null) return 'Never used'
  return (
    <>
      <Caption>Used</Caption>
      <Ago timestamp={lastUsedAt} />
      {lastUsedIp && <div className={classes.sub}> from {lastUsedIp}</div>}
    </>
  )
}
