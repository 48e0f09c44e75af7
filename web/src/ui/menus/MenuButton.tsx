import { useState, type ReactNode } from 'react'
import classes from './MenuButton.module.css'

/** The properties for the button that opens the menu. */
type ButtonProps = {
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  onPointerEnter: () => void
  onFocus: () => void
  onMouseDown: () => void
  onClick: () => void
}

export type MenuState = { isOpen: boolean; onClose: () => void }

type Props = {
  /** Loads the code of the menu before it is needed. */
  preload: () => void
  renderMenu: (state: MenuState) => ReactNode
  children: (button: ButtonProps) => ReactNode
}

/** A button whose menu is created when it is first opened: what menus take loads after the page. */
export function MenuButton({ preload, renderMenu, children }: Props) {
  const [state, setState] = useState<'never opened' | 'open' | 'closed'>('never opened')
  const isOpen = state === 'open'
  // Pressing the button outside its open menu closes that before the click is there.
  const [wasOpen, setWasOpen] = useState(false)
  return (
    <div className={classes.around}>
      {children({
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        onPointerEnter: preload,
        onFocus: preload,
        onMouseDown: () => setWasOpen(isOpen),
        onClick: () => {
          if (!wasOpen) setState('open')
          setWasOpen(false)
        },
      })}
      {state !== 'never opened' && renderMenu({ isOpen, onClose: () => setState('closed') })}
    </div>
  )
}
