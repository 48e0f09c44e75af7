import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { isDay } from './audit-filter.ts'

type Props = { name: string; day: string; onChange: (day: string) => void }

/** A day to filter by. Half-typed ones, such as of the year 0202, stay in the field. */
export function DayField({ name, day, onChange }: Props) {
  const [typed, setTyped] = useState(day)
  const [known, setKnown] = useState(day)
  if (day !== known) {
    setKnown(day)
    setTyped(day)
  }
  return (
    <TextInput
      type="date"
      size="xs"
      aria-label={`${name} day`}
      leftSection={<Text size="xs">{name}</Text>}
      leftSectionWidth={44}
      leftSectionPointerEvents="none"
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value)
        if (value !== '' && !isDay(value)) return
        setKnown(value)
        onChange(value)
      }}
    />
  )
}
