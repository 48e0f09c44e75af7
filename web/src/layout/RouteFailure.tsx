import { Container } from '@mantine/core'
import { Failure } from '../ui/feedback/Failure.tsx'

/** Shown when a page broke, or when a newer version of the portal has replaced its files. */
export function RouteFailure() {
  return (
    <Container size="xs" py="xl">
      <Failure
        title="This page could not be shown"
        message="Reloading usually helps: there may be a newer version of the portal."
        onRetry={() => window.location.reload()}
      />
    </Container>
  )
}
