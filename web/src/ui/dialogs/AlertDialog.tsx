import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { BusyButton } from '../fields/BusyButton.tsx'

type Props = {
  title: string
  cancelLabel: string
  confirmLabel: string
  isDangerous?: boolean
  canConfirm?: boolean
  isPending?: boolean
  onCancel: () => void
  onConfirm: () => void
  children: ReactNode
}

/** Asks before something that cannot be undone; the focus starts on the harmless answer. */
export function AlertDialog({
  title,
  cancelLabel,
  confirmLabel,
  isDangerous = true,
  canConfirm = true,
  isPending = false,
  onCancel,
  onConfirm,
  children,
}: Props) {
  const cancel = () => {
    if (!isPending) onCancel()
  }
  return (
    <Modal.Root
      opened
      onClose={cancel}
      centered
      size={460}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content renderRoot={(props) => <section {...props} role="alertdialog" />}>
        <Modal.Body pt="md">
          <Modal.Title mb="sm">{title}</Modal.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (canConfirm && !isPending) onConfirm()
            }}
          >
            <Stack gap="md" fz="sm">
              {children}
              <Group justify="flex-end" gap="sm">
                <Button variant="default" data-autofocus onClick={cancel} disabled={isPending}>
                  {cancelLabel}
                </Button>
                <BusyButton
                  type="submit"
                  {...(isDangerous ? { color: 'red' } : {})}
                  disabled={!canConfirm}
                  isBusy={isPending}
                >
                  {confirmLabel}
                </BusyButton>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
