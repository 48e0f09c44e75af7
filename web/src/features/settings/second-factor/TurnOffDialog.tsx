import { notify } from '../../../ui/feedback/notify.ts'
import { PasswordStep } from './PasswordStep.tsx'
import { useTurnOffSecondFactor } from '../profile.queries.ts'
import { SecondFactorDialog, type SecondFactorDialogProps } from './SecondFactorDialog.tsx'

export function TurnOffDialog(props: SecondFactorDialogProps) {
  const turnOff = useTurnOffSecondFactor()

  async function confirm(password: string) {
    await turnOff.mutateAsync(password)
    void notify({ title: 'Two-step sign-in is off', message: 'Your password alone lets you in.' })
    props.onClose()
  }

  return (
    <SecondFactorDialog title="Turn off two-step sign-in" {...props}>
      <PasswordStep
        confirmLabel="Turn off"
        isDangerous
        isPending={turnOff.isPending}
        error={turnOff.error}
        onConfirm={confirm}
        onCancel={props.onClose}
      >
        From then on your password alone lets you in. Your backup codes stop working.
      </PasswordStep>
    </SecondFactorDialog>
  )
}
