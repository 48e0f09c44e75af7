import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** The button that shows what was typed has a name of its own, apart from the field's. */
export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': 'Show characters', tabIndex: 0 }}
      {...props}
    />
  )
}
