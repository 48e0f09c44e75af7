import { Textarea, TextInput } from '@mantine/core'
import type { Policy } from '@zentrix/shared/policy.ts'
import { WIDGET_TOKEN_SCOPE } from '@zentrix/shared/scopes.ts'
import { ScopeChoice } from './ScopeChoice.tsx'
import type { LimitsForm } from './limits-form.ts'

const MAX_ROWS = 8

type Props = {
  values: LimitsForm
  inputProps: (field: keyof LimitsForm) => object
  policy: Policy
  onScopes: (typed: string) => void
}

/** The scopes of a key, its addresses and its rate limit. */
export function LimitFields({ values, inputProps, policy, onScopes }: Props) {
  const isProduction = values.environment === 'production'
  const emptyScopes =
    isProduction && policy.requireScopes
      ? 'your organization asks for them in production'
      : 'empty means everything'
  const emptyIps =
    isProduction && policy.requireAllowedIps
      ? 'your organization asks for them in production'
      : 'empty means any'
  return (
    <>
      <TextInput
        label="Scopes"
        description={`Separated by spaces; ${emptyScopes}. Starting calls needs ${WIDGET_TOKEN_SCOPE}.`}
        placeholder={WIDGET_TOKEN_SCOPE}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...inputProps('scopes')}
      />
      <ScopeChoice typed={values.scopes} onChange={onScopes} />
      <Textarea
        label="Allowed addresses"
        description={`IPv4, IPv6 or CIDR, one per line; ${emptyIps}.`}
        placeholder={'203.0.113.7\n10.0.0.0/8'}
        rows={Math.min(Math.max(2, values.allowedIps.split('\n').length), MAX_ROWS)}
        spellCheck={false}
        {...inputProps('allowedIps')}
      />
      <TextInput
        label="Requests per minute"
        description="Empty means the service’s usual limit."
        placeholder="100"
        inputMode="numeric"
        autoComplete="off"
        {...inputProps('rateLimit')}
      />
    </>
  )
}
