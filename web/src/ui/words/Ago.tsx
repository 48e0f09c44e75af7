import { formatAgo, formatExact } from '../../lib/time/times.ts'
import { useNow } from '../../lib/time/use-now.ts'
import classes from './Ago.module.css'
import { Hint } from './Hint.tsx'

/** How long ago something was; hover or focus shows the exact time with its zone. */
export function Ago({ timestamp }: { timestamp: string }) {
  const now = useNow()
  return (
    <Hint<HTMLTimeElement> hint={formatExact(timestamp)}>
      {(target) => (
        <time {...target} dateTime={timestamp} className={classes.ago}>
          {formatAgo(timestamp, now)}
        </time>
      )}
    </Hint>
  )
}
