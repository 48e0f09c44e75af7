import { Stack, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import type { Policy } from '@zentrix/shared/policy.ts'
import classes from './KeyLimits.module.css'
import { LimitFields } from './LimitFields.tsx'
import type { LimitsForm } from './limits-form.ts'

type Props = {
  values: LimitsForm
  inputProps: (field: keyof LimitsForm) => object
  policy: Policy
  onScopes: (typed: string) => void
  isOpen: boolean
  onToggle: () => void
}

export function KeyLimits({ values, inputProps, policy, onScopes, isOpen, onToggle }: Props) {
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
          <LimitFields
            values={values}
            inputProps={inputProps}
            policy={policy}
            onScopes={onScopes}
          />
        </Stack>
      </div>
    </div>
  )
}
