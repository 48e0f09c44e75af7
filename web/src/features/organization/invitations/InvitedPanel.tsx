import { INVITATION_DAYS } from '@zentrix/shared/limits.ts'
import type { MadeInvitation } from '@zentrix/shared/routes/people/session-answers.ts'
import { Button, Group, Stack, Text } from '@mantine/core'
import { CopyField } from '../../../ui/copying/CopyField.tsx'
import { FormError } from '../../../ui/fields/FormError.tsx'

type Props = { email: string; link: string; mail: MadeInvitation['mail']; onDone: () => void }

/** The only time anyone sees the link. */
export function InvitedPanel({ email, link, mail, onDone }: Props) {
  return (
    <Stack gap="md">
      {mail === 'failed' && (
        <FormError>
          The mail server did not take the mail. The invitation stands: send this link yourself.
        </FormError>
      )}
      {mail === 'limited' && (
        <FormError>
          No mail was sent: there were too many within the last hour. The invitation stands: send
          this link yourself.
        </FormError>
      )}
      <Text size="sm">
        {mail === 'sent'
          ? `A mail with this link is on its way to ${email}. You can also send it yourself.`
          : `Send this link to ${email} yourself, as you would send a password.`}
      </Text>
      <CopyField text={link} what="link" label="Invitation link" />
      <Text size="sm" c="dimmed">
        It works once, for this address alone, within {INVITATION_DAYS} days. It is shown only now;
        cancelling the invitation ends it.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
