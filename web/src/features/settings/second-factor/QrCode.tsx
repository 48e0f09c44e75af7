import { encodeQR } from 'qr'
import { useMemo } from 'react'

const MODULE_PX = 4 // whole pixels, so that the edges are sharp
const BORDER = 3

/** A QR code, dark on white in both colour schemes, because cameras expect that. */
export function QrCode({ text, name }: { text: string; name: string }) {
  const { path, modules } = useMemo(() => draw(text), [text])
  return (
    <svg
      role="img"
      aria-label={name}
      width={modules * MODULE_PX}
      height={modules * MODULE_PX}
      viewBox={`0 0 ${modules} ${modules}`}
      shapeRendering="crispEdges"
      style={{ borderRadius: 'var(--mantine-radius-sm)', border: '1px solid var(--portal-line)' }}
    >
      <rect width={modules} height={modules} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function draw(text: string): { path: string; modules: number } {
  const rows = encodeQR(text, 'raw', { border: BORDER, ecc: 'low' })
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return { path, modules: rows.length }
}
