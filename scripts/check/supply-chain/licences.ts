import type { Installed } from './installed.ts'

/** Ask for nothing but to be named. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Unlicense',
])

/** Tools that are run as they are and shipped to nobody, so that terms on their changes bind nobody. */
const tools: { pattern: RegExp; licence: string }[] = [
  { pattern: /^lightningcss(-[\w-]+)?$/, licence: 'MPL-2.0' }, // Vite minifies the portal's CSS by it
  { pattern: /^(axe-core|@axe-core\/playwright)$/, licence: 'MPL-2.0' }, // tests accessibility
]

/** Packages under terms that nobody has agreed to. */
export function foreignLicences(installed: Installed[]): string[] {
  return installed
    .filter(({ name, licence }) => !isPermissive(licence) && !isTool(name, licence))
    .map(({ name, licence }) => `${name} is licensed under ${licence}, which no list allows`)
}

/** @param expression SPDX, such as `(MIT OR Apache-2.0)`; what is more complicated is not allowed */
function isPermissive(expression: string): boolean {
  const choices = expression.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return choices.some((licence) => permissive.has(licence))
}

function isTool(name: string, licence: string): boolean {
  return tools.some((tool) => tool.licence === licence && tool.pattern.test(name))
}
