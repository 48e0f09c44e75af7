import type { OrganizationSummary } from '@zentrix/shared/routes/people/session-answers.ts'
import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { AlertDialog } from '../../ui/dialogs/AlertDialog.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { Section } from '../../ui/page/Section.tsx'
import { useReturnFocus } from '../../ui/dialogs/use-return-focus.ts'
import { useLeave } from './organization.queries.ts'
import classes from './OrganizationPage.module.css'

type Props = { organization: OrganizationSummary }

export function LeaveSection({ organization }: Props) {
  const [button, setButton] = useState<HTMLElement | null>(null)
  return (
    <Section title="Leave this organization" isSplit>
      <div className={classes.leave}>
        <Text size="sm">
          You lose access at once. The keys you made stay, and go on working: they belong to the
          organization.
        </Text>
        <Button variant="default" c="red" onClick={({ currentTarget }) => setButton(currentTarget)}>
          Leave …
        </Button>
      </div>
      {button && (
        <LeaveDialog
          organization={organization}
          returnTo={button}
          onClose={() => setButton(null)}
        />
      )}
    </Section>
  )
}

function LeaveDialog({
  organization: { id, name },
  returnTo,
  onClose,
}: Props & { returnTo: HTMLElement; onClose: () => void }) {
  const leave = useLeave()
  useReturnFocus(returnTo)
  return (
    <AlertDialog
      title={`Leave ${name}?`}
      cancelLabel="Stay"
      confirmLabel="Leave"
      isPending={leave.isPending || leave.isDone}
      onCancel={onClose}
      onConfirm={() => leave.run(id)}
    >
      <Text size="sm">
        You come back only by a new invitation. The keys you made stay with the organization.
      </Text>
      <FormFailure failure={leave.failure} />
    </AlertDialog>
  )
}
