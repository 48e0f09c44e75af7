import { useState } from 'react'
import { BackupCodes } from './BackupCodes.tsx'
import { PasswordStep } from './PasswordStep.tsx'
import { useNewBackupCodes } from '../profile.queries.ts'
import { SecondFactorDialog, type SecondFactorDialogProps } from './SecondFactorDialog.tsx'

type Step = { kind: 'password' } | { kind: 'codes'; codes: string[] }

export function NewCodesDialog(props: SecondFactorDialogProps) {
  const [step, setStep] = useState<Step>({ kind: 'password' })
  const make = useNewBackupCodes()

  async function confirm(password: string) {
    const { backupCodes } = await make.runForSecret(password)
    setStep({ kind: 'codes', codes: backupCodes })
  }

  if (step.kind === 'codes')
    return (
      <SecondFactorDialog title="Your backup codes" isGuarded {...props}>
        <BackupCodes codes={step.codes} onDone={props.onClose} />
      </SecondFactorDialog>
    )
  return (
    <SecondFactorDialog title="Generate backup codes" {...props}>
      <PasswordStep
        confirmLabel="Generate codes"
        change={make}
        onConfirm={confirm}
        onCancel={props.onClose}
      >
        You get ten new ones. Those you have now stop working.
      </PasswordStep>
    </SecondFactorDialog>
  )
}
