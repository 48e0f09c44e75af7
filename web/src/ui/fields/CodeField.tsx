import { TextInput, type TextInputProps } from '@mantine/core'
import classes from './CodeField.module.css'

/** For a code that is valid once; phones offer to fill it in. */
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
