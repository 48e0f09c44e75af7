import { Checkbox, Skeleton, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { MAX_LIFETIME_DAYS, type Policy } from '@zentrix/shared/policy.ts'
import { sentenceOf } from '../../../api/http.ts'
import { policyQuery, useUpdatePolicy } from '../../../api/policy.queries.ts'
import { BusyButton } from '../../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { Failure } from '../../../ui/feedback/Failure.tsx'
import { notify } from '../../../ui/feedback/notify.ts'
import { Section } from '../../../ui/page/Section.tsx'
import { useRole } from '../use-organization.ts'

/** The organization's policy for its keys: everyone reads it, owners change it. */
export function PolicySection() {
  const policy = useQuery(policyQuery)
  const role = useRole()
  return (
    <Section
      isSplit
      title="Policy for keys"
      description="Asked of every key that is made, changed, rotated or imported from now on. Older keys stay as they are; the list shows which of them break it."
    >
      {policy.isError && (
        <Failure
          title="The policy could not be loaded"
          message={sentenceOf(policy.error)}
          onRetry={() => policy.refetch()}
          isRetrying={policy.isFetching}
        />
      )}
      {policy.isPending && <Skeleton height={14} width={240} m="md" />}
      {policy.data && role && (
        <PolicyForm
          key={JSON.stringify(policy.data)}
          policy={policy.data}
          mayChange={role === 'owner'}
        />
      )}
    </Section>
  )
}

type PolicyValues = { days: string; requireAllowedIps: boolean; requireScopes: boolean }

function PolicyForm({ policy, mayChange }: { policy: Policy; mayChange: boolean }) {
  const update = useUpdatePolicy()
  const form = useForm<PolicyValues>({
    initialValues: {
      days: policy.maxLifetimeDays === null ? '' : String(policy.maxLifetimeDays),
      requireAllowedIps: policy.requireAllowedIps,
      requireScopes: policy.requireScopes,
    },
    validate: { days: daysProblem },
  })

  function save({ days, ...requirements }: PolicyValues) {
    if (update.isPending) return
    const maxLifetimeDays = days.trim() === '' ? null : Number(days)
    update.run(
      { maxLifetimeDays, ...requirements },
      {
        onDone: () =>
          void notify({ title: 'Policy saved', message: 'New keys must keep to it from now on.' }),
      },
    )
  }

  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="md">
        <FormFailure failure={update.failure} />
        <TextInput
          label="Longest life in days"
          description="Counted from the day a key was made; empty means keys may live for ever."
          inputMode="numeric"
          autoComplete="off"
          maw={320}
          readOnly={!mayChange}
          {...form.getInputProps('days')}
        />
        <Checkbox
          label="Production keys need allowed addresses"
          disabled={!mayChange}
          {...form.getInputProps('requireAllowedIps', { type: 'checkbox' })}
        />
        <Checkbox
          label="Production keys need scopes"
          disabled={!mayChange}
          {...form.getInputProps('requireScopes', { type: 'checkbox' })}
        />
        {mayChange && (
          <div>
            <BusyButton type="submit" variant="default" isBusy={update.isPending}>
              Save policy
            </BusyButton>
          </div>
        )}
      </Stack>
    </form>
  )
}

function daysProblem(typed: string): string | null {
  const text = typed.trim()
  if (text === '') return null
  const isGood = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIFETIME_DAYS
  return isGood
    ? null
    : `Must be a whole number from 1 to ${MAX_LIFETIME_DAYS.toLocaleString('en')}`
}
