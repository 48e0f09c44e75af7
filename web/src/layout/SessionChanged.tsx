import { Button } from '@mantine/core'
import { EntryCard } from '../ui/page/EntryCard.tsx'

/** Stands in the place of a page that showed somebody who is no longer signed in here. */
export function SessionChanged() {
  return (
    <EntryCard
      title="Somebody else has signed in"
      description="Another person signed in in this browser since this page was opened. Nothing was done in their name. Reload to go on as the person who is signed in now."
    >
      <Button fullWidth autoFocus onClick={() => window.location.reload()}>
        Reload
      </Button>
    </EntryCard>
  )
}
