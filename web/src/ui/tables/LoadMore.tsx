import { Group } from '@mantine/core'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { BusyButton } from '../fields/BusyButton.tsx'
import classes from './LoadMore.module.css'

// Half a screen or more ahead, so that rows are there before someone sees that they are missing.
const AHEAD = '600px 0px'

type Props = {
  /** The loaded part, such as `100 keys`. */
  loaded: string
  hasMore: boolean
  isLoading: boolean
  onLoad: () => void
  /** Loads more by itself when the person scrolls near. */
  isAutomatic?: boolean
}

/** The end of a list: says how much is loaded and loads more, keeping the focus. */
export function LoadMore({ loaded, hasMore, isLoading, onLoad, isAutomatic = false }: Props) {
  const end = useRef<HTMLParagraphElement>(null)
  const wasPressed = useRef(false)
  const line = useRef<HTMLDivElement>(null)
  const [isNear, setIsNear] = useState(false)
  useEffect(() => {
    // After the last page the button is gone: give its focus to the text in its place.
    if (wasPressed.current && !hasMore && document.activeElement === document.body)
      end.current?.focus({ preventScroll: true })
  }, [hasMore])
  // Observed again after each page, which has pushed the end away.
  useEffect(() => {
    if (isLoading || line.current === null) return
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: AHEAD },
    )
    observer.observe(line.current)
    return () => {
      observer.disconnect()
      setIsNear(false)
    }
  }, [isLoading])
  const loadByItself = useEffectEvent(() => {
    // At the keyboard the button is what loads: it must not run away from the focus.
    if (!line.current?.querySelector(':focus-visible')) onLoad()
  })
  const isWanted = isAutomatic && isNear && hasMore && !isLoading
  useEffect(() => {
    if (isWanted) loadByItself()
  }, [isWanted])
  return (
    <Group ref={line} justify="center" gap="sm" mt="md">
      <p ref={end} tabIndex={-1} role="status" className={classes.loaded}>
        {hasMore ? `${loaded} loaded` : `All ${loaded} loaded`}
      </p>
      {hasMore && (
        <BusyButton
          variant="default"
          size="xs"
          isBusy={isLoading}
          onClick={() => {
            wasPressed.current = true
            onLoad()
          }}
        >
          Load more
        </BusyButton>
      )}
    </Group>
  )
}
