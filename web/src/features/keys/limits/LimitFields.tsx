import { Textarea, TextInput } from '@mantine/core'
import { WIDGET_TOKEN_SCOPE } from '@zentrix/shared/scopes.ts'
import type { LimitsForm } from './limits-form.ts'

const MAX_ROWS = 8

type Props = {
  values: LimitsForm
  inputProps: (field: keyof LimitsForm) => object
}

/** The scopes of a key, its addresses and its rate limit. */
export function LimitFields({ values, inputProps }: Props) {
  return (
    <>
      <TextInput
        label="Scopes"
        description={`Separated by spaces; empty means everything. Starting calls needs ${WIDGET_TOKEN_SCOPE}.`}
        placeholder={WIDGET_TOKEN_SCOPE}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...inputProps('scopes')}
      />
      <Textarea
        label="Allowed addresses"
        description="IPv4, IPv6 or CIDR, one per line; empty means any."
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
