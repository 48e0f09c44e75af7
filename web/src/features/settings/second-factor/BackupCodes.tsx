import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useRef } from 'react'
import { howToCopy } from '../../../lib/copy-text.ts'
import { saveFile } from '../../../lib/save-file.ts'
import { useCopy } from '../../../ui/copying/use-copy.ts'
import classes from './BackupCodes.module.css'

type Props = { codes: string[]; lead?: string; onDone: () => void }

/** The only time anyone sees these codes; new ones can be made any time. */
export function BackupCodes({ codes, lead, onDone }: Props) {
  const shown = useRef<HTMLUListElement>(null)
  const text = codes.join('\n')
  const { state, copy } = useCopy(text, shown)
  return (
    <Stack gap="md">
      <Text size="sm">
        {lead && <b>{lead} </b>}
        If you lose your phone, each of these lets you in once. Keep them where you keep your
        passwords: they are shown only now.
      </Text>
      <ul ref={shown} className={classes.codes} aria-label="Backup codes" tabIndex={0}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div>
        <Group gap="sm">
          <Button
            autoFocus
            data-autofocus
            onClick={copy}
            leftSection={state === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {state === 'copied' ? 'Copied' : 'Copy codes'}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() =>
              saveFile('zentrix-backup-codes.txt', new Blob([`${text}\n`], { type: 'text/plain' }))
            }
          >
            Download
          </Button>
          <Button variant="default" ml="auto" onClick={onDone}>
            Done
          </Button>
        </Group>
        <Text size="sm" role="status" className={classes.hint!}>
          {state === 'manual' &&
            `The browser did not allow copying, so the codes are selected. ${howToCopy()}.`}
          {state === 'copied' && <span className="visually-hidden">The codes were copied.</span>}
        </Text>
      </div>
    </Stack>
  )
}
