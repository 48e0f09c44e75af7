import { Checkbox } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'

type Props = {
  apiKey: ApiKey
  isChosen: boolean
  onChoose: (id: string, isChosen: boolean) => void
}

export function ChooseKey({ apiKey, isChosen, onChoose }: Props) {
  return (
    <Checkbox
      size="xs"
      mt={2}
      tabIndex={0}
      aria-label={`Choose ${apiKey.label}`}
      checked={isChosen}
      onChange={({ currentTarget: { checked } }) => onChoose(apiKey.id, checked)}
    />
  )
}
