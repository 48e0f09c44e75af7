import { use, useId, useRef, useState, type ReactNode, type RefObject } from 'react'
import { lazily } from '../feedback/lazily.tsx'
import { RowStop } from '../tables/row-stop.ts'

const HintTooltip = lazily(
  () => import('./HintTooltip.tsx'),
  (it) => it.HintTooltip,
)

export const preloadHints = HintTooltip.preload

/** The properties for the element that a hint is about. */
type HintTarget<E extends HTMLElement> = {
  ref: RefObject<E | null>
  tabIndex: 0 | -1
  'aria-describedby': string | undefined
  onPointerEnter: () => void
  onPointerLeave: () => void
  onFocus: () => void
  onBlur: () => void
  onKeyDown: (event: { key: string }) => void
}

type Props<E extends HTMLElement> = {
  hint: string
  children: (target: HintTarget<E>) => ReactNode
}

/**
 * Shows more about an element on hover and on focus. The tooltip is created when it is first needed:
 * a long list has hundreds of hints, and nearly all stay unread.
 */
export function Hint<E extends HTMLElement>({ hint, children }: Props<E>) {
  const id = useId()
  const target = useRef<E>(null)
  const tabIndex = use(RowStop)
  const [isShown, setIsShown] = useState(false)
  const show = () => setIsShown(true)
  const hide = () => setIsShown(false)
  return (
    <>
      {children({
        ref: target,
        tabIndex,
        'aria-describedby': isShown ? id : undefined,
        onPointerEnter: show,
        onPointerLeave: hide,
        onFocus: show,
        onBlur: hide,
        onKeyDown: ({ key }) => {
          if (key === 'Escape') hide()
        },
      })}
      {isShown && <HintTooltip id={id} hint={hint} target={target} />}
    </>
  )
}
