/** The names in the table "Direct dependencies"; `*` stands for any end, as with platforms. */
export function readReasons(architecture: string): { name: string; reason: string }[] {
  const [, section = ''] = architecture.split(/^## Direct dependencies$/m)
  return section
    .split(/^## /m)[0]!
    .split('\n')
    .map((line) => /^\| ([^|]+?) *\| ([^|]*?) *\|$/.exec(line))
    .filter((row) => row !== null && !/^-+$|^package$/.test(row[1]!))
    .flatMap((row) =>
      row![1]!.split(/, */).map((name) => ({
        name: name.replaceAll('`', ''),
        reason: row![2]!,
      })),
    )
}

/** Direct dependencies without a reason, and reasons for what is not there. */
export function missingReasons(
  reasons: { name: string; reason: string }[],
  dependencies: string[],
): string[] {
  const covers = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
  const without = dependencies.filter(
    (name) => !reasons.some((row) => row.reason !== '' && covers(row.name, name)),
  )
  const idle = reasons.filter((row) => !dependencies.some((name) => covers(row.name, name)))
  return [
    ...without.map((name) => `ARCHITECTURE.md: no reason for the direct dependency ${name}`),
    ...idle.map(({ name }) => `ARCHITECTURE.md: ${name} is no direct dependency`),
  ]
}
