import { Checkbox, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { useReturnFocus } from '../../ui/dialogs/use-return-focus.ts'
import { areSingleKeysOn, turnSingleKeys } from './single-keys.ts'
import classes from './ShortcutsDialog.module.css'

const shortcuts: { keys: string[]; does: string }[] = [
  { keys: ['/'], does: 'Search this page' },
  { keys: ['?'], does: 'List these shortcuts' },
  { keys: ['Tab'], does: 'Go to the next row of keys' },
  { keys: ['←', '→'], does: 'Go to what is in a row' },
  { keys: ['↑', '↓'], does: 'Go to the row above or below' },
  { keys: ['Enter'], does: 'Open the key, or press the button' },
  { keys: ['Esc'], does: 'Close a dialog or a menu' },
]

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [areOn, setAreOn] = useState(areSingleKeysOn)
  useReturnFocus(document.activeElement)

  function turn(on: boolean) {
    turnSingleKeys(on)
    setAreOn(on)
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title="Keyboard shortcuts"
      centered
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        <dl className={classes.list}>
          {shortcuts.map(({ keys, does }) => (
            <div key={does} className={classes.line}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key} className={classes.key}>
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Checkbox
          label="Use the single keys / and ?"
          checked={areOn}
          onChange={({ currentTarget }) => turn(currentTarget.checked)}
        />
      </Stack>
    </Modal>
  )
}
