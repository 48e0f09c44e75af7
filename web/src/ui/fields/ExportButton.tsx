import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'

type Props = {
  /** Where the file is, for those who copy the link. */
  href: string
  isSaving: boolean
  onSave: () => void
  /** The id of the text that says what is in the file. */
  describedBy?: string
}

/** Saves a list as a file. */
export function ExportButton({ href, isSaving, onSave, describedBy }: Props) {
  return (
    <Button
      component="a"
      href={href}
      download
      onClick={(event) => {
        event.preventDefault()
        if (!isSaving) onSave()
      }}
      variant="default"
      leftSection={<IconDownload size={16} />}
      aria-describedby={describedBy}
    >
      Export CSV
    </Button>
  )
}
