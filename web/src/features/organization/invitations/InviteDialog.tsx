import { lazily } from '../../../ui/feedback/lazily.tsx'

export const InviteDialog = lazily(
  () => import('./SendInvitationDialog.tsx'),
  (it) => it.SendInvitationDialog,
)
