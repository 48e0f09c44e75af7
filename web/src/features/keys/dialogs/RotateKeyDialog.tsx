import { NativeSelect, Stack, Text } from '@mantine/core'
import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { endOfOverlap, successorExpiry } from '@zentrix/shared/rotation.ts'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { usePolicy } from '../../../api/policy.queries.ts'
import { findDraft, useKeepDraft } from '../../../api/use-draft.ts'
import { useLeaveIfOver } from '../../../api/use-session-end.ts'
import { randomToken } from '../../../lib/secrets/random-token.ts'
import { formatDay, formatExact } from '../../../lib/time/times.ts'
import { useNow } from '../../../lib/time/use-now.ts'
import { keyPath } from '../../../paths.ts'
import { FormButtons } from '../../../ui/fields/FormButtons.tsx'
import { FormFailure } from '../../../ui/fields/FormFailure.tsx'
import { Warning } from '../../../ui/feedback/Warning.tsx'
import { IssueKeyDialog } from '../issue/IssueKeyDialog.tsx'
import { ROTATE, type KeyDialogProps, type RotateDraft } from './key-dialog.ts'
import { useRotateKey } from '../keys.queries.ts'
import { useListSearch, type FromList } from '../list-search.ts'
import { overlaps, usualOverlapSeconds } from '../rotation.ts'

export function RotateKeyDialog({ apiKey, returnTo, focusFallback, onClose }: KeyDialogProps) {
  const [overlapSeconds, setOverlapSeconds] = useState(
    () => findDraft<RotateDraft>(ROTATE)?.overlapSeconds ?? usualOverlapSeconds(apiKey),
  )
  useKeepDraft<RotateDraft>(ROTATE, { keyId: apiKey.id, overlapSeconds })
  const leaveIfOver = useLeaveIfOver()
  const [idempotencyKey] = useState(randomToken)
  const rotate = useRotateKey(apiKey.id)
  const navigate = useNavigate()
  const state: FromList = { listSearch: useListSearch() }
  return (
    <IssueKeyDialog
      title={`Rotate ${apiKey.label}`}
      returnTo={returnTo}
      focusFallback={focusFallback}
      onClose={(issued) => {
        if (issued === null) onClose()
        else void navigate(keyPath(issued.id), { replace: true, state })
      }}
    >
      {(issue, isPending) => (
        <form
          onSubmit={async (event) => {
            event.preventDefault()
            leaveIfOver(await issue(() => rotate.runForSecret({ overlapSeconds, idempotencyKey })))
          }}
        >
          <Stack gap="md">
            <FormFailure failure={rotate.failure} />
            <Text size="sm">
              You get a new key with the same settings
              {overlapSeconds === 0
                ? '.'
                : ', and time to put it in place while the old one keeps working.'}
            </Text>
            <NativeSelect
              label="Both keys work for"
              data-autofocus
              data={overlaps.map(({ seconds, label }) => ({ value: String(seconds), label }))}
              value={String(overlapSeconds)}
              // If the key was rotated all the same, only an identical request gets its successor.
              disabled={isPending || rotate.isUnknown}
              onChange={({ currentTarget: { value } }) => setOverlapSeconds(Number(value))}
            />
            <WhatHappens apiKey={apiKey} overlapSeconds={overlapSeconds} />
            <FormButtons
              submit="Rotate key"
              isBusy={isPending}
              canCancel={!isPending}
              onCancel={onClose}
            />
          </Stack>
        </form>
      )}
    </IssueKeyDialog>
  )
}

type WhatHappensProps = { apiKey: ApiKey; overlapSeconds: number }

function WhatHappens({ apiKey, overlapSeconds }: WhatHappensProps) {
  const now = useNow()
  const end = overlapSeconds === 0 ? null : endOfOverlap(apiKey, overlapSeconds, now)
  const newExpiry = successorExpiry(apiKey, now, usePolicy())
  const masked = (
    <Text span ff="monospace" fz="sm">
      {apiKey.masked}
    </Text>
  )
  return (
    <div role="status">
      {end === null ? (
        <Warning>
          The old key {masked} ends at once: requests with it fail with 401 from then on, and there
          is no undo. Right for a key that leaked.
        </Warning>
      ) : (
        <Text size="sm" c="dimmed">
          The old key {masked} works until {formatExact(end)}
          {end === apiKey.expiresAt && ', when it expires anyway'}. From then on requests with it
          fail with 401.
        </Text>
      )}
      {newExpiry && (
        <Text size="sm" c="dimmed" mt={6}>
          The new key expires on {formatDay(newExpiry)}.
        </Text>
      )}
    </div>
  )
}
