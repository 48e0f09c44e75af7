import { Radio, Stack } from '@mantine/core'
import type { Role } from '@zentrix/shared/scopes.ts'
import { roleMeanings, roleNames } from '../../lib/roles.ts'

type Props = { choices: Role[]; value: Role; onChange: (role: Role) => void }

/** Roles to choose from, each with what it allows. */
export function RolePicker({ choices, value, onChange }: Props) {
  return (
    <Radio.Group
      label="Role"
      value={value}
      onChange={(picked) => {
        const role = choices.find((choice) => choice === picked)
        if (role !== undefined) onChange(role)
      }}
    >
      <Stack gap={10} mt={8}>
        {choices.map((role) => (
          <Radio
            key={role}
            value={role}
            label={roleNames[role]}
            description={roleMeanings[role]}
            size="sm"
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
