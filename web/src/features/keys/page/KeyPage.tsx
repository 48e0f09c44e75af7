import { Anchor, Button, Skeleton, Stack } from '@mantine/core'
import { IconKeyOff } from '@tabler/icons-react'
import { Link, useParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { paths } from '../../../paths.ts'
import { BackLabel } from '../../../ui/page/BackLabel.tsx'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { isNotFound, useKey } from '../key-details.queries.ts'
import { KeyDetails } from './KeyDetails.tsx'
import { useListSearch } from '../list-search.ts'
import { useKeyDialog } from '../dialogs/use-key-dialog.ts'

/** Everything about one key. */
export function KeyPage() {
  const { id = '' } = useParams()
  return (
    <>
      <BackToList />
      <Found key={id} id={id} />
    </>
  )
}

function Found({ id }: { id: string }) {
  const control = useKeyDialog()
  const isPaused = control.dialog.kind === 'rotate'
  const key = useKey(id, isPaused)
  if (isNotFound(key.error)) return <NoSuchKey />
  return (
    <Stack gap="md">
      {key.isError && (
        <Failure
          title={key.data ? 'The key could not be refreshed' : 'The key could not be loaded'}
          message={sentenceOf(key.error)}
          requestId={key.error instanceof ApiFailure ? key.error.requestId : null}
          onRetry={() => key.refetch()}
          isRetrying={key.isFetching}
        />
      )}
      {key.data && <KeyDetails apiKey={key.data} control={control} isPaused={isPaused} />}
      {key.isPending && <KeySkeleton />}
    </Stack>
  )
}

function BackToList() {
  const search = useListSearch()
  return (
    <Anchor component={Link} to={{ pathname: paths.keys, search }} size="sm">
      <BackLabel>All keys</BackLabel>
    </Anchor>
  )
}

function NoSuchKey() {
  return (
    <>
      <title>Key not found · Zentrix Agent Studio</title>
      <EmptyState
        Icon={IconKeyOff}
        title="There is no such key here"
        isPage
        action={
          <Button component={Link} to={paths.keys} variant="default">
            See all keys
          </Button>
        }
      >
        The link may be incomplete, or the key belongs to another organization.
      </EmptyState>
    </>
  )
}

function KeySkeleton() {
  return (
    <Stack gap="lg" role="status" aria-label="Loading the key">
      <Skeleton height={30} width={260} />
      <Skeleton height={16} width={180} />
      <Skeleton height={300} radius="md" />
    </Stack>
  )
}
