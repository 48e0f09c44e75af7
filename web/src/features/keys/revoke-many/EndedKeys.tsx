import { Alert, Button, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { KeyInBrief } from '@zentrix/shared/schemas/revoke-many.ts'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { saveFile } from '../../../lib/save-file.ts'
import { paths } from '../../../paths.ts'
import { toCsv } from './ended-csv.ts'

/** The revoked keys, to be kept as CSV. */
export function EndedKeys({ keys }: { keys: KeyInBrief[] }) {
  const notice = useRef<HTMLDivElement>(null)
  // The button that was pressed is gone.
  useEffect(() => notice.current?.focus(), [])
  const what = keys.length === 1 ? '1 key is' : `${keys.length.toLocaleString('en')} keys are`
  return (
    <Alert ref={notice} tabIndex={-1} role="status" color="gray" title={`${what} revoked`}>
      <Text size="sm">Requests with them fail with 401 from now on.</Text>
      <Group mt="md" gap="sm">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() =>
            saveFile('revoked-keys.csv', new Blob([toCsv(keys)], { type: 'text/csv' }))
          }
        >
          Save as CSV
        </Button>
        <Button variant="default" component={Link} to={`${paths.keys}?status=revoked`}>
          See revoked keys
        </Button>
      </Group>
    </Alert>
  )
}
