import { Tooltip } from '@mantine/core'
import { formatAgo, formatExact } from '../lib/times.ts'
import { useNow } from '../lib/use-now.ts'
import classes from './Ago.module.css'

/** How long ago something was; hover or focus tells exactly when, with the zone. */
export function Ago({ timestamp }: { timestamp: string }) {
  const now = useNow()
  return (
    <Tooltip label={formatExact(timestamp)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={timestamp} tabIndex={0} className={classes.ago}>
        {formatAgo(timestamp, now)}
      </time>
    </Tooltip>
  )
}
