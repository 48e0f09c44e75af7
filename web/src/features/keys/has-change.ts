import { UpdateKeyInput, type ApiKey } from '@zentrix/shared/schemas/keys.ts'

/** Whether a key is as the change wanted it; both are compared as the API normalises them. */
export function hasChange(key: ApiKey, change: UpdateKeyInput): boolean {
  const fields = Object.keys(change) as (keyof UpdateKeyInput)[]
  const shown = Object.fromEntries(fields.map((field) => [field, key[field]]))
  return comparable(shown) === comparable(change)
}

function comparable(input: object): string {
  return JSON.stringify(
    Object.entries(UpdateKeyInput.parse(input))
      .map(([field, value]) => [field, Array.isArray(value) ? value.toSorted() : (value ?? [])])
      .toSorted(),
  )
}
