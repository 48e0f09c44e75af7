import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useRef } from 'react'
import { focusFirst } from '../../../lib/focus-first.ts'
import { howToCopy } from '../../../lib/copy-text.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { CodeField } from '../../../ui/fields/CodeField.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { useCopy } from '../../../ui/copying/use-copy.ts'
import classes from './PairAppStep.module.css'
import { useConfirmSecondFactor } from '../profile.queries.ts'
import { QrCode } from './QrCode.tsx'
import { isOnlyWrongCode, isWrongCode } from '../../../api/wrong-input.ts'

type Props = { uri: string; onPaired: () => void; onCancel: () => void }

/** Gives the secret to the person's app, and asks for a code as proof that it arrived. */
export function PairAppStep({ uri, onPaired, onCancel }: Props) {
  const confirm = useConfirmSecondFactor()
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (code) => (code.trim() === '' ? 'Enter the code that the app shows' : null) },
  })

  function submit({ code }: { code: string }) {
    if (confirm.isPending) return
    confirm.run(code, {
      onDone: onPaired,
      onRefused: (error) => {
        if (!isWrongCode(error)) return
        form.setFieldError(
          'code',
          'This code is not correct. Wait for the next one, and try again.',
        )
        form.getInputNode('code')?.focus()
      },
    })
  }

  return (
    <form noValidate onSubmit={form.onSubmit(submit, focusFirst(form))}>
      <Stack gap="lg" fz="sm">
        {!isOnlyWrongCode(confirm) && <FormFailure failure={confirm.failure} />}
        <div className={classes.pair}>
          <QrCode text={uri} name="Code to scan with your authenticator app" />
          <Stack gap="xs">
            <Text size="sm">Scan this with your app, or type the key into it:</Text>
            <Secret secret={new URL(uri).searchParams.get('secret') ?? ''} />
            <Anchor href={uri} size="sm" underline="always">
              Open an app on this device
            </Anchor>
          </Stack>
        </div>
        <CodeField
          label="Code from the app"
          description="Six digits, new every 30 seconds"
          inputMode="numeric"
          data-autofocus
          autoFocus
          {...form.getInputProps('code')}
        />
        <FormButtons mt={0} submit="Turn on" isBusy={confirm.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

function Secret({ secret }: { secret: string }) {
  const shown = useRef<HTMLElement>(null)
  const grouped = secret.match(/.{1,4}/g)?.join(' ') ?? ''
  const { state, copy } = useCopy(grouped, shown)
  return (
    <>
      <code
        ref={shown}
        className={classes.secret}
        role="textbox"
        aria-readonly
        aria-label="Key for the app"
        tabIndex={0}
      >
        {grouped}
      </code>
      <Button
        variant="default"
        size="compact-sm"
        onClick={copy}
        style={{ alignSelf: 'flex-start' }}
      >
        <span role="status">
          {state === 'idle' && 'Copy key'}
          {state === 'copied' && 'Copied'}
          {state === 'manual' && howToCopy()}
        </span>
      </Button>
    </>
  )
}
