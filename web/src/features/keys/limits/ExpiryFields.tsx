import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core'
import { environments } from '@zentrix/shared/environments.ts'
import { formatDay } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { expiryOf, today, type Expiry, type LimitsForm } from './limits-form.ts'
import { environmentNames } from '../environments.ts'

const expiries: { value: Expiry; label: string }[] = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: 'date', label: 'On a date' },
]

type Props = {
  values: LimitsForm
  inputProps: (field: keyof LimitsForm) => object
}

/** The environment of a key and its expiry. */
export function ExpiryFields({ values, inputProps }: Props) {
  const expiresAt = expiryOf(values, useNow())
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
          data={expiries}
          {...inputProps('expiry')}
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
          {...inputProps('expiryDate')}
        />
      )}
    </>
  )
}
