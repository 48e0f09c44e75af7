import { Section } from '../../ui/Section.tsx'

export function ServiceTokensPage() {
  return <Section title="Service tokens">{null}</Section>
}
