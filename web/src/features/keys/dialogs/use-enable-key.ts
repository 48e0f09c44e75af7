import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { sentencesOf } from '../../../api/use-change.ts'
import { notify, useFailureNotice } from '../../../ui/feedback/notify.ts'
import { useUpdateKey } from '../keys.queries.ts'

/** Enabling does no harm, so there is no dialog. */
export function useEnableKey({ id, label }: ApiKey): () => void {
  const update = useUpdateKey(id, sentencesOf(`${label} was`, 'enabled'))
  useFailureNotice(update.failure)
  return () =>
    update.run(
      { enabled: true },
      { onDone: () => void notify({ title: 'Key enabled', message: label }) },
    )
}
