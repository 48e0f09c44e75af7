import { parseAst } from 'vitest/node'

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
  eachNode(parseAst(text, { lang: isTsx ? 'tsx' : 'ts' }), (node) => {
    const { regex, callee, start, end } = node
    if (regex !== undefined) literals.push({ source: regex.pattern, flags: regex.flags })
    if (callee?.name === 'RegExp') built.push(text.slice(start, end))
  })
  return { literals, built }
}

type Node = {
  type: string
  start: number
  end: number
  regex?: { pattern: string; flags: string }
  callee?: { name?: string }
}

function eachNode(value: unknown, visit: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value) visit(value as Node)
  for (const child of Object.values(value)) eachNode(child, visit)
}
