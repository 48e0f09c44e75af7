import { makeKey, makeServiceToken } from '../../src/crypto/secret.ts'

export const PLANTED = '<secret>'

/** Where a secret is found, each time it stands there. */
export const places = [
  PLANTED,
  `"${PLANTED}"`,
  `'${PLANTED}',`,
  `KEY=${PLANTED}`,
  `Bearer ${PLANTED}`,
  `/${PLANTED}/`,
  `(${PLANTED})`,
  `\t${PLANTED}\r\n`,
  `é${PLANTED}é`,
  `${PLANTED}\n${PLANTED}`,
  `${PLANTED},${PLANTED}`,
  `_${PLANTED}_`,
  `KEY_${PLANTED}`,
  `${PLANTED}_old`,
  `__${PLANTED}__`,
  `x${PLANTED}`,
  `7${PLANTED}`,
  `nas_${PLANTED}`,
  `"one\\n${PLANTED}\\ntwo"`,
  `"\\t${PLANTED}\\r\\n"`,
  `\\u0022${PLANTED}\\u0022`,
  `\\x3d${PLANTED}\\x00`,
  `%3D${PLANTED}%26`,
  `%20${PLANTED}%0A`,
  `&#61;${PLANTED}&quot;`,
  `=3D${PLANTED}=`,
]

/** Texts that only look like a key or a service token. */
export function nearMisses(): string[] {
  const [key, token] = [makeKey(), makeServiceToken()]
  const longer = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}0`
  return [
    key.slice(0, -1),
    longer,
    key.replace('nas_', 'nasa_'),
    key.replace('_', '-'),
    token.replace('nassvc_', 'nassvd_'),
    `nas_${'x'.repeat(32)}`,
    `nassvc_${'0123'.repeat(8)}`,
    `nas_...${key.slice(-4)}`,
    `nas_${key.slice(4, 20)} ${key.slice(20)}`,
    `nas_${key.slice(4, 20)}\\n${key.slice(20)}`,
  ]
}
