import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { displayText } from '@zentrix/shared/text.ts'
import { sentenceOf } from '../../api/http.ts'
import { BusyButton } from '../../ui/fields/BusyButton.tsx'
import { FormError } from '../../ui/fields/FormError.tsx'
import { notify } from '../../ui/feedback/notify.ts'
import { useRename } from './organization.queries.ts'
import classes from './OrganizationPage.module.css'

const Name = displayText(100)

export function OrganizationNameForm({ name }: { name: string }) {
  const rename = useRename()
  const form = useForm({
    initialValues: { name },
    validate: { name: (typed) => Name.safeParse(typed).error?.issues[0]?.message ?? null },
  })

  function save({ name: typed }: { name: string }) {
    if (rename.isPending) return
    rename.mutate(typed.trim(), {
      onSuccess: () => {
        form.setValues({ name: typed.trim() })
        void notify({ title: 'Name saved', message: `The organization is called ${typed.trim()}.` })
      },
    })
  }

  return (
    <form noValidate onSubmit={form.onSubmit(save)} className={classes.name}>
      {rename.isError && <FormError>The name was not saved. {sentenceOf(rename.error)}</FormError>}
      <div className={classes.nameLine}>
        <TextInput label="Name" autoComplete="organization" {...form.getInputProps('name')} />
        <BusyButton type="submit" variant="default" isBusy={rename.isPending}>
          Save
        </BusyButton>
      </div>
    </form>
  )
}
