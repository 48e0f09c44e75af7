import type * as z from 'zod'

const kinds: Partial<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** The sentence for an input that breaks a rule which has no sentence of its own; an error map of Zod. */
export const inputProblem: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return 'Required'
  switch (issue.code) {
    case 'invalid_type':
      return `Must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `Must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`
    case 'too_small':
      return `Must ${sizeOf(issue.origin, issue.minimum, 'at least')}`
    case 'too_big':
      return `Must ${sizeOf(issue.origin, issue.maximum, 'at most')}`
    default:
      return undefined
  }
}

function sizeOf(origin: string, size: number | bigint, bound: string): string {
  const least = `${bound} ${size.toLocaleString('en')}`
  if (origin === 'string') return `be ${least} characters`
  return origin === 'array' ? `have ${least} entries` : `be ${least}`
}
