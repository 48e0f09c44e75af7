import { Button, Group, Stack, Text } from '@mantine/core'
import type { OrganizationScope } from '@zentrix/shared/service-tokens.ts'
import { useId } from 'react'
import { CodeBlock } from '../../../ui/copying/CodeBlock.tsx'
import { CopyField } from '../../../ui/copying/CopyField.tsx'
import { ShownOnce } from '../../../ui/copying/ShownOnce.tsx'
import { useOrganization } from '../use-organization.ts'

type Props = {
  secret: string
  scopes: OrganizationScope[]
  onCopied: () => void
  onDone: () => void
}

/** The only time anyone sees the token in full. */
export function IssuedTokenPanel({ secret, scopes, onCopied, onDone }: Props) {
  const warningId = useId()
  const organizationId = useOrganization()?.id ?? ''
  return (
    <Stack gap="md">
      <ShownOnce what="token" id={warningId} />
      <CopyField
        text={secret}
        what="token"
        label="Your new service token"
        describedBy={warningId}
        onCopied={onCopied}
      />
      <Text size="sm">
        Keep it where the service reads its settings, and never in a browser or an app. The service
        sends it with each request:
      </Text>
      <CodeBlock
        name="curl"
        code={example(window.location.origin, secret, scopes, organizationId)}
        onCopied={onCopied}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}

/** A call that the token may make. */
function example(
  origin: string,
  secret: string,
  scopes: OrganizationScope[],
  organizationId: string,
): string {
  if (scopes.includes('keys:verify'))
    return `curl -X POST ${origin}/api/auth/verify \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"key": "nas_your_api_key"}'`
  const path = scopes.includes('keys:manage') ? 'keys' : 'audit-events'
  return `curl ${origin}/api/${path} \\
  -H "Authorization: Bearer ${secret}" \\
  -H "X-Organization-Id: ${organizationId}"`
}
