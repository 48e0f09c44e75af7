import { Button, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Navigate, useNavigate } from 'react-router'
import { membershipQuery, organizationsQuery, sessionQuery } from '../../../api/session.queries.ts'
import { useSignOut } from '../../../api/use-sign-out.ts'
import { paths } from '../../../paths.ts'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { EntryCard } from '../../../ui/page/EntryCard.tsx'
import { TurnOnDialog } from './TurnOnDialog.tsx'

/** All that a member without a second factor reaches, where their organization asks for one. */
export function SetUpPage() {
  const session = useQuery(sessionQuery)
  const membership = useQuery({ ...membershipQuery, enabled: Boolean(session.data) })
  const organizations = useQuery({ ...organizationsQuery, enabled: Boolean(session.data) })
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const activeId = session.data?.session.activeOrganizationId
  const organization = organizations.data?.find(({ id }) => id === activeId)

  async function close() {
    setIsOpen(false)
    await queryClient.invalidateQueries({ queryKey: membershipQuery.queryKey })
    const fresh = queryClient.getQueryData(membershipQuery.queryKey)
    if (fresh?.secondFactor !== 'missing') await navigate(paths.keys, { replace: true })
  }

  if (session.data === null) return <Navigate to={paths.signIn} replace />
  if (!isOpen && membership.data && membership.data.secondFactor !== 'missing')
    return <Navigate to={paths.keys} replace />
  return (
    <EntryCard
      title="Turn on two-step sign-in"
      description={`${organization?.name ?? 'Your organization'} asks everyone for it. Until you have turned it on, you reach nothing else here.`}
    >
      <Stack gap="md">
        <Text size="sm">
          You need a phone with an authenticator app. Keep the backup codes: without phone and
          codes, only the people who run this service can let you in again.
        </Text>
        <Button ref={button} fullWidth onClick={() => setIsOpen(true)}>
          Turn on two-step sign-in
        </Button>
        <FormFailure failure={signOut.failure} />
        <BusyButton
          variant="default"
          fullWidth
          isBusy={signOut.isPending}
          onClick={() => signOut.run()}
        >
          Sign out
        </BusyButton>
      </Stack>
      {isOpen && <TurnOnDialog focusFallback={button} onClose={() => void close()} />}
    </EntryCard>
  )
}
