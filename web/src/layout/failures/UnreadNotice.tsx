import { Box } from '@mantine/core'
import { notifyManager, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { findFailed, readAgain } from '../../api/query-client.ts'
import { Failure } from '../../ui/feedback/Failure.tsx'

/** Says what the page could not read and would otherwise leave out without a word. */
export function UnreadNotice() {
  const queryClient = useQueryClient()
  const find = () => findFailed(queryClient).filter(({ meta }) => meta?.reads)
  const names = useSyncExternalStore(
    (onChange) => queryClient.getQueryCache().subscribe(notifyManager.batchCalls(onChange)),
    () => [...new Set(find().flatMap(({ meta }) => meta?.reads ?? []))].join(', '),
  )
  if (names === '') return null
  return (
    <Box mb="md">
      <Failure
        title="Some of this page could not be loaded"
        message={`Could not be read: ${names}. It goes on by itself when the network is back.`}
        onRetry={() => readAgain(find())}
      />
    </Box>
  )
}
