import { Container } from '@mantine/core'
import { BrokenPage } from './BrokenPage.tsx'

/** Shown when a page broke, or when a newer version of the portal has replaced its files. */
export function RouteFailure() {
  return (
    <Container size="xs" py="xl">
      <BrokenPage onRetry={() => window.location.reload()}>
        Reloading usually helps: there may be a newer version of the portal.
      </BrokenPage>
    </Container>
  )
}
