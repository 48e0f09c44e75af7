import { Stack, Textarea, TextInput, UnstyledButton } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconChevronRight } from '@tabler/icons-react'
import { WIDGET_TOKEN_SCOPE } from '@zentrix/shared/scopes.ts'
import type { IssueForm } from './issue-form.ts'
import classes from './KeyLimits.module.css'

type Props = { form: UseFormReturnType<IssueForm>; isOpen: boolean; onToggle: () => void }

export function KeyLimits({ form, isOpen, onToggle }: Props) {
  return (
    <div className={classes.limits}>
      <UnstyledButton
        className={classes.toggle!}
        onClick={onToggle}
        aria-expanded={isOpen}
        aria-controls="key-limits"
      >
        <IconChevronRight size={16} className={classes.chevron!} aria-hidden />
        Limit what it can do
      </UnstyledButton>
      <div id="key-limits" hidden={!isOpen}>
        <Stack gap="md" p="md" pt={4}>
          <TextInput
            label="Scopes"
            description={`Separated by spaces; empty means everything. Starting calls needs ${WIDGET_TOKEN_SCOPE}.`}
            placeholder={WIDGET_TOKEN_SCOPE}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...form.getInputProps('scopes')}
          />
          <Textarea
            label="Allowed addresses"
            description="IPv4, IPv6 or CIDR, one per line; empty means any."
            placeholder={'203.0.113.7\n10.0.0.0/8'}
            rows={2}
            spellCheck={false}
            {...form.getInputProps('allowedIps')}
          />
          <TextInput
            label="Requests per minute"
            description="Empty means the service’s usual limit."
            placeholder="100"
            inputMode="numeric"
            autoComplete="off"
            {...form.getInputProps('rateLimit')}
          />
        </Stack>
      </div>
    </div>
  )
}
