import { useOfferedScopes } from '../../api/scopes.queries.ts'
import { DocSection } from './DocSection.tsx'

export function ScopesSection() {
  const scopes = useOfferedScopes()
  return (
    <DocSection id="scopes">
      <p>
        A key with scopes does what they name and nothing else; a key without any does everything.
        The platform’s services know these:
      </p>
      <ul>
        {scopes.map(({ name, description }) => (
          <li key={name}>
            <code>{name}</code>: {description}
          </li>
        ))}
      </ul>
    </DocSection>
  )
}
