import { Text } from '@mantine/core'
import type { OrganizationScope } from '@zentrix/shared/scopes.ts'
import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { useAttempt } from '../../../lib/use-attempt.ts'
import { paths } from '../../../paths.ts'
import { CodeBlock } from '../../../ui/copying/CodeBlock.tsx'
import { SecretDialog, type SecretUsage } from '../../../ui/dialogs/SecretDialog.tsx'
import { useOrganization } from '../use-organization.ts'
import { NewServiceTokenForm } from './NewServiceTokenForm.tsx'
import { useIssueServiceToken } from './service-tokens.queries.ts'
import { tokenExample } from './token-example.ts'
import { toTokenInput } from './token-form.ts'

type IssuedToken = { secret: string; scopes: OrganizationScope[] }

type Props = { focusFallback: RefObject<HTMLElement | null> }

/** Makes a service token and shows it once. */
export function NewServiceTokenDialog({ focusFallback }: Props) {
  const issueToken = useIssueServiceToken()
  const leaveIfOver = useLeaveIfOver()
  const prepareAttempt = useAttempt(toTokenInput)
  const navigate = useNavigate()
  const close = () => void navigate(paths.serviceTokens, { replace: true })
  return (
    <SecretDialog<IssuedToken>
      what="token"
      title="Generate service token"
      formWidth={500}
      revealTitle="Your new service token"
      secretOf={({ secret }) => secret}
      Usage={TokenUsage}
      returnTo={document.activeElement}
      focusFallback={focusFallback}
      onClose={close}
    >
      {(issue, isPending) => (
        <NewServiceTokenForm
          isPending={isPending}
          failure={issueToken.failure}
          onCancel={close}
          onSubmit={async (form) => {
            const attempt = prepareAttempt(form)
            const error = await issue(async () => {
              const { token } = await issueToken.runForSecret(attempt)
              return { secret: token, scopes: attempt.input.scopes }
            })
            leaveIfOver(error)
            return error
          }}
        />
      )}
    </SecretDialog>
  )
}

const TokenUsage: SecretUsage<IssuedToken> = ({ issued: { secret, scopes }, onCopied }) => {
  const organizationId = useOrganization()?.id ?? ''
  return (
    <>
      <Text size="sm">
        Keep it where the service reads its settings, and never in a browser or an app. The service
        sends it with each request:
      </Text>
      <CodeBlock
        name="curl"
        code={tokenExample(window.location.origin, secret, scopes, organizationId)}
        onCopied={onCopied}
      />
    </>
  )
}
