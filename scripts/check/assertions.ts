import type { Source } from './arrows.ts'
import { eachNode } from './syntax.ts'

/** How often a text asserts a type (`as`, but for `as const`) and that a value is there (`!`). */
export type Assertions = { casts: number; nonNull: number }

/**
 * The most that the sources of a folder may have, tests left out. Both switch the type checker off:
 * lower a number when one becomes unnecessary, and raise it only where nothing else can be written.
 */
export const mostAssertions: Record<string, Assertions> = {
  'server/src': { casts: 32, nonNull: 4 },
  'shared/client': { casts: 0, nonNull: 0 },
  'shared/src': { casts: 3, nonNull: 4 },
  'web/src': { casts: 12, nonNull: 25 },
}

/** Folders with more assertions than they may have. */
export function findTooManyAssertions(code: Source[], most = mostAssertions): string[] {
  return Object.entries(most).flatMap(([folder, { casts, nonNull }]) => {
    const counts = code
      .filter(({ file }) => file.startsWith(`${folder}/`))
      .map(({ file, text }) => countAssertions(text, file.endsWith('.tsx')))
    const found = {
      casts: counts.reduce((sum, count) => sum + count.casts, 0),
      nonNull: counts.reduce((sum, count) => sum + count.nonNull, 0),
    }
    if (found.casts <= casts && found.nonNull <= nonNull) return []
    return [
      `${folder}: ${found.casts} casts and ${found.nonNull} \`!\`; scripts/check/assertions.ts allows ${casts} and ${nonNull}`,
    ]
  })
}

export function countAssertions(text: string, isTsx: boolean): Assertions {
  const count = { casts: 0, nonNull: 0 }
  eachNode(text, isTsx, ({ type, typeAnnotation }) => {
    if (type === 'TSNonNullExpression') count.nonNull++
    if (type === 'TSTypeAssertion') count.casts++
    if (type === 'TSAsExpression' && typeAnnotation?.typeName?.name !== 'const') count.casts++
  })
  return count
}
