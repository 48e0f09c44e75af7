import { Anchor, Alert, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { KeyInBrief } from '@zentrix/shared/schemas/revoke-many.ts'
import { useState } from 'react'
import { Link, useLocation, useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { paths } from '../../../paths.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { BackLabel } from '../../../ui/page/BackLabel.tsx'
import { usePermissions } from '../permissions.ts'
import { readChosen, type ToChoose } from './chosen-keys.ts'
import { EndedKeys } from './EndedKeys.tsx'
import { KeysToEnd } from './KeysToEnd.tsx'
import { RevokeManyFilters } from './RevokeManyFilters.tsx'
import { previewQuery } from './revoke-many.queries.ts'
import { readRevokeFilter, writeRevokeFilter, type RevokeFilter } from './revoke-many-filter.ts'

/** Ends all keys that have something in common, after a preview of them. */
export function RevokeManyPage() {
  const permissions = usePermissions()
  const [ended, setEnded] = useState<KeyInBrief[] | null>(null)
  return (
    <>
      <title>Revoke many keys · Zentrix Agent Studio</title>
      <Stack gap="md">
        <div>
          <Anchor component={Link} to={paths.keys} size="sm">
            <BackLabel>All keys</BackLabel>
          </Anchor>
          <Title order={1}>Revoke many keys</Title>
          <Text c="dimmed" size="sm" maw={560} mt={4}>
            For when something may have leaked. Every key that fits all of the conditions ends at
            once, expired and disabled ones too, or none does. There is no undo.
          </Text>
        </div>
        {permissions?.mayRevokeMany === false && (
          <Alert color="gray">Owners and admins of the organization can do this.</Alert>
        )}
        {permissions?.mayRevokeMany &&
          (ended === null ? <Choice onEnded={setEnded} /> : <EndedKeys keys={ended} />)}
      </Stack>
    </>
  )
}

function Choice({ onEnded }: { onEnded: (keys: KeyInBrief[]) => void }) {
  const [search, setSearch] = useSearchParams()
  const { state } = useLocation()
  const filter = readRevokeFilter(search, readChosen(state))
  const preview = useQuery(previewQuery(filter))
  const change = (changed: Partial<RevokeFilter>) =>
    setSearch(writeRevokeFilter({ ...filter, ...changed }), { replace: true, state })
  return (
    <>
      <RevokeManyFilters filter={filter} onChange={change} />
      {filter.ids.length > 0 && (
        <Text size="sm" c="dimmed">
          Of the {filter.ids.length.toLocaleString('en')} that you chose in the list.{' '}
          <Anchor component="button" inherit onClick={() => setSearch(search, { replace: true })}>
            Look at all keys
          </Anchor>
        </Text>
      )}
      {preview.isError && (
        <Failure
          title="It cannot be shown what would be revoked"
          message={sentenceOf(preview.error)}
          requestId={preview.error instanceof ApiFailure ? preview.error.requestId : null}
          onRetry={() => void preview.refetch()}
          isRetrying={preview.isFetching}
        />
      )}
      {preview.isFetching && (
        <Text size="sm" c="dimmed" role="status">
          Looking for the keys that fit …
        </Text>
      )}
      {preview.data === null && !preview.isFetching && (
        <Text size="sm" c="dimmed">
          Choose at least one condition. You can then leave out single keys. Or{' '}
          <Anchor
            component={Link}
            to={paths.keys}
            state={{ isChoosing: true } satisfies ToChoose}
            inherit
          >
            choose keys in the list
          </Anchor>
          .
        </Text>
      )}
      {preview.data && !preview.isFetching && (
        <KeysToEnd
          key={preview.dataUpdatedAt}
          preview={preview.data}
          onLookAgain={() => void preview.refetch()}
          onEnded={onEnded}
        />
      )}
    </>
  )
}
