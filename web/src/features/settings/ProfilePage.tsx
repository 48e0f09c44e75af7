import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.queries.ts'
import { Section } from '../../ui/Section.tsx'

/** Everything about the person, whichever organization they are in. */
export function ProfilePage() {
  const person = useQuery(sessionQuery).data?.user
  return (
    <Section title="Profile">
      <Text size="sm">{person?.name}</Text>
      <Text size="sm">{person?.email}</Text>
    </Section>
  )
}
