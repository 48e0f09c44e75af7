import { TextInput } from '@mantine/core'
import { beginsLike, looksAlike } from '../../lib/looks-alike.ts'

type Props = {
  /** The name of the thing, such as the label of a key. */
  name: string
  last4: string
  value: string
  onChange: (value: string) => void
}

/** Asks for the name of something that is in use before it ends; the last four will do. */
export function ConfirmField({ name, last4, value, onChange }: Props) {
  return (
    <TextInput
      label={
        <>
          It is in use. Type <strong dir="auto">{name}</strong> or <strong>{last4}</strong> to
          confirm
        </>
      }
      labelProps={{ fw: 400 }}
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      value={value}
      error={problemOf(value, name, last4)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}

export function isConfirmed(value: string, name: string, last4: string): boolean {
  return looksAlike(value, name) || looksAlike(value, last4)
}

function problemOf(value: string, name: string, last4: string): string | null {
  if (value.trim() === '' || isConfirmed(value, name, last4)) return null
  if (beginsLike(value, name) || beginsLike(value, last4)) return 'Not all of it yet'
  return `This is neither the name nor the last four characters, ${last4}`
}
