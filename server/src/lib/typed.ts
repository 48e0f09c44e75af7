// Types that the checker cannot follow are checked here, or asserted once instead of at each place.

/**
 * A value that the code around it knows to be there, such as the one row that an aggregate gives.
 *
 * @throws {Error} where it is missing: our mistake, which must not pass for an absence
 */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined)
    throw new Error('A value that must be there is missing')
  return value
}

/** The choice that a value is, if it is one of them. */
export function findChoice<Choice>(choices: readonly Choice[], value: unknown): Choice | undefined {
  return choices.find((choice) => choice === value)
}

/** A record with one value for each name. */
export function recordOf<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name, at: number) => Value,
): Record<Name, Value> {
  const entries = names.map((name, at) => [name, valueOf(name, at)])
  return Object.fromEntries(entries) as Record<Name, Value>
}

/** The keys of an object that has no others than its type names. */
export function keysOf<Key extends string>(object: Partial<Record<Key, unknown>>): Key[] {
  return Object.keys(object) as Key[]
}
