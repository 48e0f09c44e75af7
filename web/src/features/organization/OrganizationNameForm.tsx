import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { textRules } from '@zentrix/shared/text.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormFailure } from '../../ui/fields/FormFailure.tsx'
import { notify } from '../../ui/feedback/notify.ts'
import { useRename } from './organization.queries.ts'
import classes from './OrganizationPage.module.css'

const MAX_NAME_LENGTH = 100

function nameProblem(typed: string): string | null {
  const name = typed.trim()
  if (name === '') return 'Enter a name'
  return textRules(MAX_NAME_LENGTH).find(({ isGood }) => !isGood(name))?.message ?? null
}

export function OrganizationNameForm({ name }: { name: string }) {
  const rename = useRename()
  const form = useForm({
    initialValues: { name },
    validate: { name: nameProblem },
  })

  function save({ name: typed }: { name: string }) {
    if (rename.isPending) return
    rename.run(typed.trim(), {
      onDone: () => {
        form.setValues({ name: typed.trim() })
        void notify({ title: 'Name saved', message: `The organization is called ${typed.trim()}.` })
      },
    })
  }

  return (
    <form noValidate onSubmit={form.onSubmit(save)} className={classes.name}>
      <FormFailure failure={rename.failure} />
      <div className={classes.nameLine}>
        <TextInput label="Name" autoComplete="organization" {...form.getInputProps('name')} />
        <BusyButton type="submit" variant="default" isBusy={rename.isPending}>
          Save
        </BusyButton>
      </div>
    </form>
  )
}
