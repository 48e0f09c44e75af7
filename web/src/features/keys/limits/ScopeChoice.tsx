import { NativeSelect } from '@mantine/core'
import { useOfferedScopes } from '../../../api/scopes.queries.ts'
import { splitWords } from './limits-form.ts'

type Props = {
  /** The scopes as typed. */
  typed: string
  onChange: (typed: string) => void
}

/** Adds a scope that the platform knows to the text; any other can be typed there. */
export function ScopeChoice({ typed, onChange }: Props) {
  const chosen = splitWords(typed)
  const known = useOfferedScopes()
  const offered = known.filter(({ name }) => !chosen.includes(name))
  // With all of them chosen it stays, as the focus would be lost with it.
  if (known.length === 0) return null
  return (
    <NativeSelect
      label="Add a scope"
      value=""
      onChange={({ currentTarget: { value } }) => {
        if (value !== '') onChange([...chosen, value].join(' '))
      }}
      data={[
        { value: '', label: offered.length === 0 ? 'All are chosen' : 'Choose …' },
        ...offered.map(({ name, description }) => ({
          value: name,
          label: `${name}: ${description}`,
        })),
      ]}
    />
  )
}
