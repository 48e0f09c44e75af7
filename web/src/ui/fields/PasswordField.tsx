import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** Its button that shows the password has its own name for screen readers. */
export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': 'Show characters', tabIndex: 0 }}
      {...props}
    />
  )
}
