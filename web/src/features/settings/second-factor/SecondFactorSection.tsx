import { Button, Group, Text } from '@mantine/core'
import { lazy, Suspense, useRef, useState } from 'react'
import { Section } from '../../../ui/page/Section.tsx'
import { Tag } from '../../../ui/words/Tag.tsx'

const TurnOnDialog = lazy(async () => ({
  default: (await import('./TurnOnDialog.tsx')).TurnOnDialog,
}))
const TurnOffDialog = lazy(async () => ({
  default: (await import('./TurnOffDialog.tsx')).TurnOffDialog,
}))
const NewCodesDialog = lazy(async () => ({
  default: (await import('./NewCodesDialog.tsx')).NewCodesDialog,
}))

const dialogs = { on: TurnOnDialog, off: TurnOffDialog, codes: NewCodesDialog }

/** Shows whether sign-in asks for a code, and lets the person change that. */
export function SecondFactorSection({ isOn }: { isOn: boolean }) {
  const [open, setOpen] = useState<keyof typeof dialogs | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const Dialog = open && dialogs[open]
  return (
    <Section
      title="Two-step sign-in"
      description="After your password, a code from an app on your phone. Someone who learns your password still cannot get in."
      headingRef={heading}
      isSplit
      aside={<Tag tone={isOn ? 'production' : 'plain'}>{isOn ? 'On' : 'Off'}</Tag>}
    >
      {isOn ? (
        <>
          <Text size="sm" mb="md">
            Without your phone, one of your backup codes lets you in.
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={() => setOpen('codes')}>
              Generate backup codes
            </Button>
            <Button variant="default" onClick={() => setOpen('off')}>
              Turn off
            </Button>
          </Group>
        </>
      ) : (
        <Button variant="default" onClick={() => setOpen('on')}>
          Turn on two-step sign-in
        </Button>
      )}
      <Suspense fallback={null}>
        {Dialog && <Dialog focusFallback={heading} onClose={() => setOpen(null)} />}
      </Suspense>
    </Section>
  )
}
