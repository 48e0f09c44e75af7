import type { Person } from '@zentrix/shared/routes/people/session-answers.ts'
import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { focusFirst } from '../../lib/focus-first.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { notify } from '../../ui/feedback/notify.ts'
import { Section } from '../../ui/page/Section.tsx'
import { useChangeName } from './profile.queries.ts'

export function NameForm({ person }: { person: Person }) {
  const change = useChangeName()
  const form = useForm({
    initialValues: { name: person.name },
    validate: { name: (name) => (name.trim() === '' ? 'Enter your name' : null) },
  })

  function save({ name }: { name: string }) {
    if (change.isPending) return
    change.run(name.trim(), {
      onDone: () => {
        form.setValues({ name: name.trim() })
        void notify({ title: 'Name saved', message: `Others see you as ${name.trim()}.` })
      },
    })
  }

  return (
    <Section
      title="Profile"
      description="Others in your organizations see this name and address."
      isSplit
    >
      <form noValidate onSubmit={form.onSubmit(save, focusFirst(form))}>
        <Stack gap="md" maw={420}>
          <FormFailure failure={change.failure} />
          <TextInput
            label="Your name"
            autoComplete="name"
            maxLength={100}
            {...form.getInputProps('name')}
          />
          <TextInput
            label="Email"
            description="You sign in with it. It cannot be changed here."
            value={person.email}
            readOnly
            variant="filled"
          />
          <BusyButton
            type="submit"
            variant="default"
            isBusy={change.isPending}
            style={{ alignSelf: 'flex-start' }}
          >
            Save name
          </BusyButton>
        </Stack>
      </form>
    </Section>
  )
}
