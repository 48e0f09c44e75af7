import { Tooltip } from '@mantine/core'
import type { RefObject } from 'react'

type Props = { id: string; hint: string; target: RefObject<HTMLElement | null> }

export function HintTooltip({ id, hint, target }: Props) {
  return <Tooltip opened target={target} multiline maw={280} label={<span id={id}>{hint}</span>} />
}
