import { useQuery } from '@tanstack/react-query'
import { actForNobody } from '../../api/acting-for.ts'
import { ApiFailure, call, isOutage, sentenceOf } from '../../api/http.ts'
import { forgetLinkToken, linkToken } from '../../lib/secrets/link-token.ts'
import { paths } from '../../paths.ts'
import { PageLoading } from '../../ui/feedback/PageLoading.tsx'
import { EntryCard } from '../../ui/page/EntryCard.tsx'

/** Signs in a person whom the platform has handed over, by the code of the link, once. */
export function HandOffPage() {
  // A query, because rendering twice must not spend the code twice.
  const opening = useQuery({
    queryKey: ['hand-off'],
    queryFn: open,
    retry: false,
    staleTime: Infinity,
  })
  if (!opening.isError) return <PageLoading />
  return (
    <EntryCard title="The portal could not be opened" description={sentenceFor(opening.error)}>
      {null}
    </EntryCard>
  )
}

function sentenceFor(error: Error): string {
  const again = 'Go back to the page that you came from, and open the portal from there again.'
  if (error instanceof ApiFailure && error.status === 404)
    return `This link has been used, or it has expired. ${again}`
  if (isOutage(error)) return `It is not known whether you are signed in. ${again}`
  return sentenceOf(error)
}

async function open(): Promise<null> {
  actForNobody()
  const code = linkToken(paths.handOff) ?? ''
  forgetLinkToken()
  await call('POST /api/session/portal-link', { body: { code } })
  // A fresh document keeps no data of who was signed in before, and Back leads past this page.
  window.location.replace(paths.keys)
  return null
}
