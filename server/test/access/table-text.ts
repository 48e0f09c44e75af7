/** The cells of each row, by route and column. */
export type Table = Map<string, Map<string, string>>

/** Reads a table whose first line names the columns and whose rows begin with a route. */
export function readTable(text: string): Table {
  const [head = '', ...lines] = text.trim().split('\n')
  const columns = head.trim().split(/ +/)
  return new Map(
    lines.filter(isRow).map((line) => {
      const cells = line.trim().split(/ +/)
      const values = cells.splice(-columns.length)
      return [cells.join(' '), new Map(columns.map((column, at) => [column, values[at] ?? '']))]
    }),
  )
}

function isRow(line: string): boolean {
  return line.trim() !== ''
}

/** Writes a table as it is read, so that two can be compared line by line. */
export function writeTable(table: Table): string {
  const columns = [...(table.values().next().value?.keys() ?? [])]
  const width = Math.max(...[...table.keys()].map((route) => route.length))
  const line = (name: string, cells: string[]) =>
    [name.padEnd(width), ...cells.map((cell, at) => cell.padEnd(columns[at]!.length))]
      .join(' ')
      .trimEnd()
  return [
    line('', columns),
    ...[...table].map(([route, cells]) =>
      line(
        route,
        columns.map((column) => cells.get(column) ?? ''),
      ),
    ),
  ].join('\n')
}
