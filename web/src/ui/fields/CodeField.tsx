import { TextInput, type TextInputProps } from '@mantine/core'
import classes from './CodeField.module.css'

/** A field for a one-time code, which phones offer to fill in. */
export function CodeField(props: TextInputProps) {
  return (
    <TextInput
      autoComplete="one-time-code"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      classNames={{ input: classes.input }}
      {...props}
    />
  )
}
