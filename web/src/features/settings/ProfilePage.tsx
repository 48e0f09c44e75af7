import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.queries.ts'
import { Section } from '../../ui/page/Section.tsx'
import { NameForm } from './NameForm.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { accountsQuery } from './profile.queries.ts'
import { SecondFactorSection } from './second-factor/SecondFactorSection.tsx'
import { SessionsSection } from './SessionsSection.tsx'

/** Settings of the person, in whichever organization they are. */
export function ProfilePage() {
  const session = useQuery(sessionQuery).data
  const accounts = useQuery(accountsQuery).data
  if (!session) return null // which RequireSession never lets happen
  // Show the form until the answer arrives, so that for nearly everyone nothing moves.
  const hasPassword = !accounts || accounts.some(({ providerId }) => providerId === 'credential')
  return (
    <Stack gap="lg">
      <NameForm person={session.user} />
      {hasPassword ? (
        <>
          <PasswordForm email={session.user.email} />
          <SecondFactorSection isOn={session.user.twoFactorEnabled ?? false} />
        </>
      ) : (
        <Section title="Password" isSplit>
          <Text size="sm">
            You sign in by single sign-on, so there is no password here to change. Whether a second
            step is asked for is up to your identity provider.
          </Text>
        </Section>
      )}
      <SessionsSection currentToken={session.session.token} />
    </Stack>
  )
}
