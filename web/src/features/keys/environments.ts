import type { Environment } from '@zentrix/shared/schemas/keys.ts'

export const environmentNames: Record<Environment, string> = {
  production: 'Production',
  staging: 'Staging',
  development: 'Development',
}

export function isEnvironment(text: string): text is Environment {
  return Object.hasOwn(environmentNames, text)
}
