import { NativeSelect } from '@mantine/core'
import { zoneName, type Zone } from '../../lib/time/days.ts'

type Props = { zone: Zone; onChange: (zone: Zone) => void }

/** Chooses whose days are meant. */
export function ZonePicker({ zone, onChange }: Props) {
  return (
    <NativeSelect
      size="xs"
      w={200}
      aria-label="Time zone of the days"
      value={zone}
      onChange={({ currentTarget: { value } }) => onChange(value === 'utc' ? 'utc' : 'local')}
      data={[
        { value: 'local', label: `Local days (${zoneName()})` },
        { value: 'utc', label: 'UTC days' },
      ]}
    />
  )
}
