import { Group } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { BusyButton } from '../fields/BusyButton.tsx'
import classes from './LoadMore.module.css'

type Props = {
  /** The loaded part, such as `100 keys`. */
  loaded: string
  hasMore: boolean
  isLoading: boolean
  onLoad: () => void
}

/** The end of a list: says how much is loaded and loads more, keeping the focus. */
export function LoadMore({ loaded, hasMore, isLoading, onLoad }: Props) {
  const end = useRef<HTMLParagraphElement>(null)
  const wasPressed = useRef(false)
  useEffect(() => {
    // After the last page the button is gone: give its focus to the text in its place.
    if (wasPressed.current && !hasMore && document.activeElement === document.body)
      end.current?.focus({ preventScroll: true })
  }, [hasMore])
  return (
    <Group justify="center" gap="sm" mt="md">
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
