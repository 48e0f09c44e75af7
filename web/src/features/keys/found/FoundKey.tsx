import { Anchor, Button, Skeleton } from '@mantine/core'
import { IconKey, IconKeyOff, IconLock } from '@tabler/icons-react'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import type { SoughtSecret } from '../../../lib/secrets/sought-secret.ts'
import { keyPath, paths } from '../../../paths.ts'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { Ago } from '../../../ui/words/Ago.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'
import type { OpenKeyDialog } from '../dialogs/key-dialog.ts'
import { environmentNames } from '../environments.ts'
import { isNotFound, useKey } from '../key-details.queries.ts'
import type { Permissions } from '../permissions.ts'
import { mayRotate } from '../rotation.ts'
import { statusNames } from '../status-names.ts'
import classes from './FoundKey.module.css'
import { useFindKey } from '../keys.queries.ts'

type Props = {
  sought: Exclude<SoughtSecret, { kind: 'none' }>
  permissions: Permissions | null
  onOpenDialog: OpenKeyDialog
}

/** Stands in the place of the list while the search holds a secret, or the beginning of one. */
export function FoundKey({ sought, ...more }: Props) {
  if (sought.what === 'token')
    return (
      <EmptyState Icon={IconLock} title="This is a service token, not an API key">
        Owners find it{sought.kind === 'whole' && ` by its end, ${sought.secret.slice(-4)},`} under{' '}
        <Anchor component={Link} to={paths.serviceTokens} fz="inherit" underline="always">
          service tokens
        </Anchor>
        , and revoke it there.
      </EmptyState>
    )
  if (sought.kind === 'part')
    return (
      <EmptyState Icon={IconKey} title="This looks like an API key">
        Paste all 36 characters to see which one it is. It is not searched for as a text, so it
        stays out of the address and of every log.
      </EmptyState>
    )
  return <Lookup key={sought.secret} secret={sought.secret} {...more} />
}

type LookupProps = Omit<Props, 'sought'> & { secret: string }

function Lookup({ secret, ...more }: LookupProps) {
  const find = useFindKey(secret)
  const { ask, error, isPending } = find
  useEffect(() => ask(), [ask])
  // Nobody should have to press a button when the network is back.
  useEffect(() => {
    if (error === null) return
    const again = () => ask()
    window.addEventListener('online', again)
    return () => window.removeEventListener('online', again)
  }, [error, ask])

  if (find.answer) return <Found found={find.answer} {...more} />
  if (isNotFound(error))
    return (
      <EmptyState Icon={IconKeyOff} title="No key of this organization">
        It was never made here, or belongs to another organization: switch to that one to find it.
      </EmptyState>
    )
  if (error)
    return (
      <Failure
        title="The key could not be looked up"
        message={`Nobody knows yet whether it is one of yours. ${sentenceOf(error)}`}
        requestId={error instanceof ApiFailure ? error.requestId : null}
        onRetry={() => ask()}
        isRetrying={isPending}
      />
    )
  return (
    <div className={classes.found} role="status" aria-label="Looking up">
      <Skeleton height={44} />
    </div>
  )
}

type FoundProps = Omit<LookupProps, 'secret'> & { found: ApiKey }

function Found({ found, permissions, onOpenDialog }: FoundProps) {
  const apiKey = useKey(found.id, false).data ?? found
  return (
    <section className={classes.found} aria-label="Found key">
      <div>
        <div className={classes.line} role="status">
          <Anchor component={Link} to={keyPath(apiKey.id)} fw={600}>
            {apiKey.label}
          </Anchor>
          <Tag tone={apiKey.environment}>{environmentNames[apiKey.environment]}</Tag>
          <Tag tone={apiKey.status === 'active' ? 'plain' : 'warning'}>
            {statusNames[apiKey.status]}
          </Tag>
          {apiKey.leakedAt && <Tag tone="danger">Leaked</Tag>}
        </div>
        <div className={classes.facts}>
          <span className={classes.masked}>{apiKey.masked}</span>
          <span>
            {apiKey.lastUsedAt ? (
              <>
                Used <Ago timestamp={apiKey.lastUsedAt} />
                {apiKey.lastUsedIp && ` from ${apiKey.lastUsedIp}`}
              </>
            ) : (
              'Never used'
            )}
          </span>
          <HowItStands apiKey={apiKey} />
        </div>
      </div>
      {permissions?.mayChange(apiKey) && apiKey.status !== 'revoked' && (
        <Actions apiKey={apiKey} onOpenDialog={onOpenDialog} />
      )}
    </section>
  )
}

function HowItStands({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.revokedAt)
    return (
      <span>
        Revoked <Ago timestamp={apiKey.revokedAt} />
      </span>
    )
  return (
    <span>
      Created <Ago timestamp={apiKey.createdAt} />
      {apiKey.createdBy && ` by ${apiKey.createdBy.name}`}
    </span>
  )
}

type ActionsProps = { apiKey: ApiKey; onOpenDialog: OpenKeyDialog }

function Actions({ apiKey, onOpenDialog }: ActionsProps) {
  return (
    <div className={classes.actions}>
      {mayRotate(apiKey) && (
        <Button
          variant="default"
          onClick={({ currentTarget }) =>
            onOpenDialog({ kind: 'rotate', apiKey, returnTo: currentTarget })
          }
        >
          Rotate
        </Button>
      )}
      <Button
        color="red"
        aria-label={`Revoke ${apiKey.label}`}
        onClick={({ currentTarget }) =>
          onOpenDialog({ kind: 'revoke', apiKey, returnTo: currentTarget })
        }
      >
        Revoke
      </Button>
    </div>
  )
}
