// Small readers for JSON that came from elsewhere: undefined for what is not as it should be.

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

export function textIn(json: Record<string, unknown>, field: string): string | undefined {
  const value = json[field]
  return typeof value === 'string' ? value : undefined
}

export function textsIn(json: Record<string, unknown>, field: string): string[] | undefined {
  const value = json[field]
  if (!Array.isArray(value)) return undefined
  const texts: unknown[] = value
  return texts.every((text) => typeof text === 'string') ? [...texts] : undefined
}

export function integerIn(json: Record<string, unknown>, field: string): number | undefined {
  const value = json[field]
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

export function oneOf<const Text extends string>(
  texts: readonly Text[],
  json: unknown,
): Text | undefined {
  return texts.find((text) => text === json)
}
