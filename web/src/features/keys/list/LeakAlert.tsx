import { Box } from '@mantine/core'
import { Link } from 'react-router'
import { keyPath, paths } from '../../../paths.ts'
import { Danger } from '../../../ui/feedback/Danger.tsx'
import { useLeakedKeys } from './key-list.queries.ts'

/** Stands above the list while a key that was found in public still works. */
export function LeakAlert({ isPaused }: { isPaused: boolean }) {
  const leaked = useLeakedKeys(isPaused)
  const live = leaked.filter(({ status }) => status === 'active')
  const [key] = live
  if (key === undefined) return null
  return (
    <Box mb="md">
      <Danger isUrgent>
        {live.length === 1 ? (
          <>
            <strong>A key has leaked and still works.</strong>{' '}
            <Link to={keyPath(key.id)}>
              {key.label} ({key.masked})
            </Link>{' '}
            was found in public. If something still uses it, rotate it first; then revoke it.
          </>
        ) : (
          <>
            <strong>{live.length} keys have leaked and still work.</strong>{' '}
            <Link to={{ pathname: paths.keys, search: 'hygiene=leaked' }}>Show leaked keys</Link>.
            Rotate those that are still in use; then revoke them all.
          </>
        )}
      </Danger>
    </Box>
  )
}
