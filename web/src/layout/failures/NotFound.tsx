import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '../../paths.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'

export function NotFound() {
  return (
    <>
      <title>Page not found · Zentrix Agent Studio</title>
      <EmptyState
        Icon={IconMapOff}
        title="There is no such page"
        isPage
        action={
          <Button component={Link} to={paths.keys} variant="default">
            See all keys
          </Button>
        }
      >
        The address may be mistyped, or the page has moved.
      </EmptyState>
    </>
  )
}
