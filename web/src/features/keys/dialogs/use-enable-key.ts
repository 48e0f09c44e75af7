import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { sentenceOf } from '../../../api/http.ts'
import { notify } from '../../../ui/feedback/notify.ts'
import { useUpdateKey } from '../keys.queries.ts'

/** Enabling does no harm, so there is no dialog. */
export function useEnableKey(apiKey: ApiKey): () => void {
  const update = useUpdateKey(apiKey.id)
  return () =>
    update.mutate(
      { enabled: true },
      {
        onSuccess: () => notify({ title: 'Key enabled', message: apiKey.label }),
        onError: (error) =>
          void notify({
            color: 'red',
            title: `${apiKey.label} was not enabled`,
            message: sentenceOf(error),
          }),
      },
    )
}
