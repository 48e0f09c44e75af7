import { Button, Group, type MantineSpacing } from '@mantine/core'
import { BusyButton } from './BusyButton.tsx'

type Props = {
  submit: string
  isBusy: boolean
  canCancel?: boolean
  mt?: MantineSpacing
  onCancel: () => void
}

/** The last line of a form in a dialog. */
export function FormButtons({ submit, isBusy, canCancel = true, mt = 'xs', onCancel }: Props) {
  return (
    <Group justify="flex-end" gap="sm" mt={mt}>
      <Button variant="default" onClick={onCancel} disabled={!canCancel}>
        Cancel
      </Button>
      <BusyButton type="submit" isBusy={isBusy}>
        {submit}
      </BusyButton>
    </Group>
  )
}
