import { Button, Stack } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiFailure, sentenceOf } from '../../../api/http.ts'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { LoadMore } from '../../../ui/tables/LoadMore.tsx'
import { Section } from '../../../ui/page/Section.tsx'
import { Invitations } from '../invitations/Invitations.tsx'
import { InviteDialog } from '../invitations/InviteDialog.tsx'
import { ListSkeleton } from '../ListSkeleton.tsx'
import type { MemberDialog } from './member-dialog.ts'
import { MemberDialogs } from './MemberDialogs.tsx'
import { MemberList } from './MemberList.tsx'
import { membersQuery } from '../organization.queries.ts'
import { useRole } from '../use-organization.ts'

export function MembersPage() {
  const role = useRole()
  const members = useInfiniteQuery(membersQuery)
  const [dialog, setDialog] = useState<MemberDialog>({ kind: 'none' })
  const [inviteButton, setInviteButton] = useState<HTMLElement | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const mayManage = role === 'owner' || role === 'admin'
  const rows = members.data?.pages.flatMap((page) => page.members) ?? []
  return (
    <Stack gap="lg">
      <Section
        title="Members"
        description="Everyone who works with this organization’s keys."
        headingRef={heading}
        aside={
          (mayManage || role === undefined) && (
            <Button
              size="xs"
              style={role === undefined ? { visibility: 'hidden' } : {}} // keeps its place
              leftSection={<IconUserPlus size={16} />}
              onClick={({ currentTarget }) => setInviteButton(currentTarget)}
            >
              Invite
            </Button>
          )
        }
      >
        {members.isError && (
          <Failure
            title="The members could not be loaded"
            message={sentenceOf(members.error)}
            requestId={members.error instanceof ApiFailure ? members.error.requestId : null}
            onRetry={() => members.refetch()}
            isRetrying={members.isFetching}
          />
        )}
        {members.isPending && <ListSkeleton label="Loading members" />}
        {rows.length > 0 && (
          <MemberList rows={rows} hasMore={members.hasNextPage} onOpenDialog={setDialog} />
        )}
      </Section>
      {members.hasNextPage && (
        <LoadMore
          loaded={`${rows.length} members`}
          hasMore
          isLoading={members.isFetchingNextPage}
          onLoad={() => members.fetchNextPage()}
        />
      )}
      {mayManage && <Invitations by={role} />}
      <MemberDialogs
        dialog={dialog}
        focusFallback={heading}
        onClose={() => setDialog({ kind: 'none' })}
      />
      {inviteButton && role && (
        <InviteDialog by={role} returnTo={inviteButton} onClose={() => setInviteButton(null)} />
      )}
    </Stack>
  )
}
