import type { ApiKey } from '@zentrix/shared/schemas/keys.ts'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'react-router'
import { KeyCallers } from '../callers/KeyCallers.tsx'
import { KeyDialogs } from '../dialogs/KeyDialogs.tsx'
import classes from './KeyDetails.module.css'
import { KeyFacts } from './KeyFacts.tsx'
import { KeyHeader } from './KeyHeader.tsx'
import { KeyHistory } from './KeyHistory.tsx'
import { KeyStatusBanner } from './KeyStatusBanner.tsx'
import { KeyUsage } from '../usage/KeyUsage.tsx'
import { LeakNotice } from './LeakNotice.tsx'
import { useRotationsAreRead } from '../key-details.queries.ts'
import { rememberOpened } from '../list/table/last-opened.ts'
import { usePermissions } from '../permissions.ts'
import { Rotations } from './Rotations.tsx'
import type { KeyDialogControl } from '../dialogs/use-key-dialog.ts'

type Props = { apiKey: ApiKey; control: KeyDialogControl; isPaused: boolean }

export function KeyDetails({ apiKey, control, isPaused }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  const mayChange = usePermissions()?.mayChange(apiKey) ?? null
  // Until its rotations are known, nothing is shown that they would push down.
  const isRead = useRotationsAreRead(apiKey, isPaused)
  const [isPlaced, setIsPlaced] = useState(isRead)
  if (isRead && !isPlaced) setIsPlaced(true)
  const isFirstPage = useLocation().key === 'default'

  // The link that was pressed is gone; with the focus on the heading a screen reader says where we are.
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus()
    rememberOpened(apiKey.id)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only on arrival
  }, [])

  return (
    <>
      <title>{`${apiKey.label} · API Keys · Zentrix Agent Studio`}</title>
      <KeyHeader
        apiKey={apiKey}
        mayChange={mayChange}
        headingRef={heading}
        onOpenDialog={control.open}
      />
      <LeakNotice apiKey={apiKey} mayChange={mayChange === true} onOpenDialog={control.open} />
      <KeyStatusBanner apiKey={apiKey} mayChange={mayChange === true} />
      <Rotations apiKey={apiKey} isPaused={isPaused} onOpenDialog={control.open} />
      <div className={classes.columns} hidden={!isPlaced}>
        <div className={classes.facts}>
          <KeyFacts
            apiKey={apiKey}
            mayChange={mayChange === true}
            isPaused={isPaused}
            onOpenDialog={control.open}
          />
        </div>
        <div className={classes.story}>
          <KeyUsage apiKey={apiKey} isPaused={isPaused} />
          <KeyCallers apiKey={apiKey} isPaused={isPaused} />
          <KeyHistory keyId={apiKey.id} isPaused={isPaused} />
        </div>
      </div>
      <KeyDialogs control={control} focusFallback={heading} />
    </>
  )
}
