import { eachNode } from '../syntax.ts'

export type FoundPattern = { source: string; flags: string }

/**
 * Finds the regular expressions in a source file.
 *
 * @returns `literals`, and under `built` the text of those that are put together at run time
 */
export function findPatterns(
  text: string,
  isTsx: boolean,
): { literals: FoundPattern[]; built: string[] } {
  const literals: FoundPattern[] = []
  const built: string[] = []
  eachNode(text, isTsx, ({ regex, callee, start, end }) => {
    if (regex !== undefined) literals.push({ source: regex.pattern, flags: regex.flags })
    if (callee?.name === 'RegExp') built.push(text.slice(start, end))
  })
  return { literals, built }
}
