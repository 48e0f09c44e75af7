import { Button } from '@mantine/core'
import { IconPlus, IconServer } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ServiceToken } from '@zentrix/shared/schemas/service-tokens.ts'
import { useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { paths } from '../../../paths.ts'
import { EmptyState } from '../../../ui/feedback/EmptyState.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { lazily } from '../../../ui/feedback/lazily.tsx'
import { usePreload } from '../../../ui/feedback/use-preload.ts'
import { LoadMore } from '../../../ui/tables/LoadMore.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { ListSkeleton } from '../ListSkeleton.tsx'
import { ServiceTokenList } from './ServiceTokenList.tsx'
import { serviceTokensQuery } from './service-tokens.queries.ts'

const NewServiceTokenDialog = lazily(
  () => import('./NewServiceTokenDialog.tsx'),
  (it) => it.NewServiceTokenDialog,
)

const RevokeServiceTokenDialog = lazily(
  () => import('./RevokeServiceTokenDialog.tsx'),
  (it) => it.RevokeServiceTokenDialog,
)

type Revoking = { token: ServiceToken; returnTo: HTMLElement }

export function ServiceTokens() {
  const tokens = useInfiniteQuery(serviceTokensQuery)
  usePreload([NewServiceTokenDialog.preload, RevokeServiceTokenDialog.preload])
  const [search] = useSearchParams()
  const [revoking, setRevoking] = useState<Revoking | null>(null)
  const navigate = useNavigate()
  const heading = useRef<HTMLHeadingElement>(null)
  const rows = tokens.data?.pages.flatMap((page) => page.data) ?? []
  const openNew = () => void navigate({ pathname: paths.serviceTokens, search: '?new' })
  const isEmpty = tokens.data && rows.length === 0
  return (
    <>
      <Section
        title="Service tokens"
        description="Your own services use them to verify and manage this organization’s keys. Each reaches this organization alone."
        headingRef={heading}
        aside={
          rows.length > 0 && (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={openNew}>
              Generate token
            </Button>
          )
        }
      >
        {tokens.isError && (
          <Failure
            title={
              tokens.data ? 'The list could not be refreshed' : 'The tokens could not be loaded'
            }
            message={sentenceOf(tokens.error)}
            requestId={tokens.error instanceof ApiFailure ? tokens.error.requestId : null}
            onRetry={() => tokens.refetch()}
            isRetrying={tokens.isFetching}
          />
        )}
        {tokens.isPending && <ListSkeleton label="Loading service tokens" />}
        {isEmpty && <NoTokens onNew={openNew} />}
        {rows.length > 0 && (
          <ServiceTokenList
            rows={rows}
            onRevoke={(token, returnTo) => setRevoking({ token, returnTo })}
          />
        )}
      </Section>
      {tokens.hasNextPage && (
        <LoadMore
          loaded={`${rows.length} tokens`}
          hasMore
          isLoading={tokens.isFetchingNextPage}
          onLoad={() => tokens.fetchNextPage()}
        />
      )}
      {search.has('new') && <NewServiceTokenDialog focusFallback={heading} />}
      {revoking && (
        <RevokeServiceTokenDialog
          {...revoking}
          focusFallback={heading}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  )
}

function NoTokens({ onNew }: { onNew: () => void }) {
  return (
    <EmptyState
      Icon={IconServer}
      title="No service tokens yet"
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
          Generate your first token
        </Button>
      }
    >
      A service token lets one of your servers ask on each request whether an API key is good, or
      manage keys for you.
    </EmptyState>
  )
}
