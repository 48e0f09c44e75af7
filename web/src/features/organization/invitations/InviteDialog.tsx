import type { MadeInvitation } from '@zentrix/shared/routes/people/session-answers.ts'
import { Modal } from '@mantine/core'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useState } from 'react'
import { invitationPath } from '../../../paths.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { InvitedPanel } from './InvitedPanel.tsx'
import { InviteForm, inviteSentence } from './InviteForm.tsx'
import { useInvite, type InviteInput } from '../organization.queries.ts'

type Step =
  | { kind: 'form' }
  | { kind: 'invited'; email: string; link: string; mail: MadeInvitation['mail'] }

type Props = { by: Role; returnTo: HTMLElement; onClose: () => void }

/** Invites an address, and shows the link, which lives in this component's state alone. */
export function InviteDialog({ by, returnTo, onClose }: Props) {
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const invite = useInvite(inviteSentence)
  useReturnFocus(returnTo)

  async function submit(input: InviteInput) {
    if (invite.isPending) return
    try {
      const { id, email, mail } = await invite.runForSecret(input)
      const link = window.location.origin + invitationPath(id)
      setStep({ kind: 'invited', email, link, mail })
    } catch {
      // The form says it.
    }
  }

  return (
    <Modal
      opened
      onClose={() => {
        if (!invite.isPending) onClose()
      }}
      title={step.kind === 'form' ? 'Invite someone' : `Invitation for ${step.email}`}
      size={step.kind === 'form' ? 480 : 600}
      yOffset="6dvh"
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step.kind === 'form' ? (
        <InviteForm
          by={by}
          failure={invite.failure}
          isPending={invite.isPending}
          onSubmit={submit}
          onCancel={onClose}
        />
      ) : (
        <InvitedPanel email={step.email} link={step.link} mail={step.mail} onDone={onClose} />
      )}
    </Modal>
  )
}
