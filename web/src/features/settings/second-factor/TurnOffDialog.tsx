import { notify } from '../../../ui/feedback/notify.ts'
import { PasswordStep } from './PasswordStep.tsx'
import { useTurnOffSecondFactor } from '../profile.queries.ts'
import { SecondFactorDialog, type SecondFactorDialogProps } from './SecondFactorDialog.tsx'

export function TurnOffDialog(props: SecondFactorDialogProps) {
  const turnOff = useTurnOffSecondFactor(() => finish())

  function finish() {
    void notify({ title: 'Two-step sign-in is off', message: 'Your password alone lets you in.' })
    props.onClose()
  }

  return (
    <SecondFactorDialog title="Turn off two-step sign-in" {...props}>
      <PasswordStep
        confirmLabel="Turn off"
        isDangerous
        change={turnOff}
        onConfirm={turnOff.runForSecret}
        onCancel={props.onClose}
      >
        From then on your password alone lets you in. Your backup codes stop working.
      </PasswordStep>
    </SecondFactorDialog>
  )
}
