import { Section } from '../../ui/Section.tsx'

export function MembersPage() {
  return <Section title="Members">{null}</Section>
}
