import { useState } from 'react'
import { BackupCodes } from './BackupCodes.tsx'
import { PairAppStep } from './PairAppStep.tsx'
import { PasswordStep } from './PasswordStep.tsx'
import { useBeginSecondFactor } from '../profile.queries.ts'
import { SecondFactorDialog, type SecondFactorDialogProps } from './SecondFactorDialog.tsx'

type Step =
  | { kind: 'password' }
  | { kind: 'app'; uri: string; codes: string[] }
  | { kind: 'codes'; codes: string[] }

/** Password, then the app, then the backup codes; the secrets die with the dialog. */
export function TurnOnDialog(props: SecondFactorDialogProps) {
  const [step, setStep] = useState<Step>({ kind: 'password' })
  const begin = useBeginSecondFactor()

  async function confirm(password: string) {
    const { totpURI, backupCodes } = await begin.runForSecret(password)
    setStep({ kind: 'app', uri: totpURI, codes: backupCodes })
  }

  return (
    <SecondFactorDialog
      title={step.kind === 'codes' ? 'Your backup codes' : 'Turn on two-step sign-in'}
      isGuarded={step.kind !== 'password'}
      {...props}
    >
      {step.kind === 'password' && (
        <PasswordStep
          confirmLabel="Continue"
          change={begin}
          onConfirm={confirm}
          onCancel={props.onClose}
        >
          You need an authenticator app, such as 1Password, Google Authenticator or Aegis.
        </PasswordStep>
      )}
      {step.kind === 'app' && (
        <PairAppStep
          uri={step.uri}
          onPaired={() => setStep({ kind: 'codes', codes: step.codes })}
          onCancel={props.onClose}
        />
      )}
      {step.kind === 'codes' && (
        <BackupCodes codes={step.codes} lead="Two-step sign-in is on." onDone={props.onClose} />
      )}
    </SecondFactorDialog>
  )
}
