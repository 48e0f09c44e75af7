import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core'
import { environments } from '@zentrix/shared/keys/environments.ts'
import { formatDay } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import type { Policy } from '@zentrix/shared/policy.ts'
import { expiryOf, latestDay, today, type Expiry, type LimitsForm } from './limits-form.ts'
import { environmentNames } from '../environments.ts'

function expiryName(expiry: Expiry, policy: Policy): string {
  if (expiry === 'never') return policy.maxLifetimeDays === null ? 'Never' : 'Never, as it is now'
  if (expiry === 'date') return 'On a date'
  const days = expiry === '1' ? 'In 1 day' : `In ${expiry} days`
  return Number(expiry) === policy.maxLifetimeDays ? `${days}, the longest` : days
}

type Props = {
  values: LimitsForm
  inputProps: (field: keyof LimitsForm) => object
  policy: Policy
  /** The choices, and the latest of all; null for any. */
  offered: Expiry[]
  latest: string | null
}

/** The environment of a key and its expiry. */
export function ExpiryFields({ values, inputProps, policy, offered, latest }: Props) {
  const expiresAt = expiryOf(values, useNow(), latest)
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NativeSelect
          label="Environment"
          data={environments.toReversed().map((value) => ({
            value,
            label: environmentNames[value],
          }))}
          {...inputProps('environment')}
        />
        <NativeSelect
          label="Expires"
          data={offered.map((value) => ({ value, label: expiryName(value, policy) }))}
          {...inputProps('expiry')}
          value={values.expiry}
          description={
            expiresAt && values.expiry !== 'date' ? `On ${formatDay(expiresAt)}` : undefined
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      </SimpleGrid>
      {values.expiry === 'date' && (
        <TextInput
          type="date"
          label="Expiry date"
          description="The key works until the end of this day, in your time zone."
          min={today()}
          max={latest === null ? undefined : latestDay(latest)}
          {...inputProps('expiryDate')}
        />
      )}
    </>
  )
}
