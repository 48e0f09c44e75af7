import { Button, type ButtonProps } from '@mantine/core'
import type { ComponentPropsWithoutRef } from 'react'

type Props = Omit<ButtonProps, 'loading'> &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> & { isBusy: boolean }

/**
 * A button for work that takes a while. Meanwhile it ignores a second press but, unlike a disabled
 * button, keeps the focus, which someone at the keyboard needs when the work fails.
 */
export function BusyButton({ isBusy, disabled = false, onClick, ...props }: Props) {
  return (
    <Button
      loading={isBusy}
      disabled={disabled}
      onClick={isBusy ? undefined : onClick}
      {...props}
      renderRoot={(root) => (
        <button {...root} disabled={disabled} aria-disabled={isBusy || undefined} />
      )}
    />
  )
}
