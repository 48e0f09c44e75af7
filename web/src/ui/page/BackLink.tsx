import { Anchor } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link, type To } from 'react-router'

type Props = { to: To; children: string }

/** Leads from one thing to the list that it is in. */
export function BackLink({ to, children }: Props) {
  return (
    <Anchor
      component={Link}
      to={to}
      size="sm"
      mb="sm"
      display="inline-flex"
      w="fit-content"
      style={{ gap: 6, alignItems: 'center' }}
    >
      <IconArrowLeft size={16} aria-hidden />
      {children}
    </Anchor>
  )
}
