import { parseAst } from 'vitest/node'

/** A node of the syntax tree, with the fields that our checks look at. */
export type SyntaxNode = {
  type: string
  start: number
  end: number
  regex?: { pattern: string; flags: string }
  callee?: { name?: string }
  typeAnnotation?: { typeName?: { name?: string } }
}

/** Visits every node of a source file, each before those within it. */
export function eachNode(text: string, isTsx: boolean, visit: (node: SyntaxNode) => void): void {
  visitBelow(parseAst(text, { lang: isTsx ? 'tsx' : 'ts' }), visit)
}

function visitBelow(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value) visit(value as SyntaxNode)
  for (const child of Object.values(value)) visitBelow(child, visit)
}
