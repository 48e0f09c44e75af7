import { useQuery } from '@tanstack/react-query'
import { membershipQuery } from '../../../api/session.queries.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import { PasswordStep } from './PasswordStep.tsx'
import { useTurnOffSecondFactor } from '../profile.queries.ts'
import { SecondFactorDialog, type SecondFactorDialogProps } from './SecondFactorDialog.tsx'

export function TurnOffDialog(props: SecondFactorDialogProps) {
  const turnOff = useTurnOffSecondFactor(() => finish())
  const isRequired = useQuery(membershipQuery).data?.secondFactor === 'required'

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
        {isRequired && ' Your organization asks for it: you will have to turn it on again.'}
      </PasswordStep>
    </SecondFactorDialog>
  )
}
