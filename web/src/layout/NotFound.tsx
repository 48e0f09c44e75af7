import { Anchor, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '../paths.ts'

export function NotFound() {
  return (
    <Stack gap="xs" py="xl">
      <title>Page not found · Zentrix Agent Studio</title>
      <Title order={1}>There is no such page</Title>
      <Text c="dimmed">The address may be mistyped, or the page has moved.</Text>
      <Anchor component={Link} to={paths.keys}>
        Go to API keys
      </Anchor>
    </Stack>
  )
}
