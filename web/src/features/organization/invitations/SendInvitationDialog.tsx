import type { Invitation, MadeInvitation } from '@zentrix/shared/routes/people/session-answers.ts'
import { Modal } from '@mantine/core'
import type { Role } from '@zentrix/shared/scopes.ts'
import { useState, type RefObject } from 'react'
import { invitationPath } from '../../../paths.ts'
import { useReturnFocus } from '../../../ui/dialogs/use-return-focus.ts'
import { InviteAgain } from './InviteAgain.tsx'
import { InvitedPanel } from './InvitedPanel.tsx'
import { InviteForm, inviteSentence } from './InviteForm.tsx'
import { useInvite, type InviteInput } from '../organization.queries.ts'

type Step =
  | { kind: 'form' }
  | { kind: 'invited'; email: string; link: string; mail: MadeInvitation['mail'] }

type Props = {
  by: Role
  /** An open invitation, which gets a new link. */
  again?: Invitation
  returnTo: HTMLElement
  focusFallback?: RefObject<HTMLElement | null>
  onClose: () => void
}

/** Invites an address, and shows the link, which lives in this component's state alone. */
export function SendInvitationDialog({ by, again, returnTo, focusFallback, onClose }: Props) {
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const invite = useInvite(inviteSentence)
  useReturnFocus(returnTo, focusFallback)

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
      title={titleOf(step, again)}
      size={step.kind === 'form' ? 480 : 600}
      yOffset="6dvh"
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step.kind === 'invited' ? (
        <InvitedPanel email={step.email} link={step.link} mail={step.mail} onDone={onClose} />
      ) : again ? (
        <InviteAgain
          invitation={again}
          failure={invite.failure}
          isPending={invite.isPending}
          onSubmit={() => submit({ email: again.email, role: again.role })}
          onCancel={onClose}
        />
      ) : (
        <InviteForm
          by={by}
          failure={invite.failure}
          isPending={invite.isPending}
          onSubmit={submit}
          onCancel={onClose}
        />
      )}
    </Modal>
  )
}

function titleOf(step: Step, again: Invitation | undefined): string {
  if (step.kind === 'invited') return `Invitation for ${step.email}`
  return again ? `Send the invitation of ${again.email} again?` : 'Invite someone'
}
