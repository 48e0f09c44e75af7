import { median } from './meter.ts'
import type { Price, PriceList } from './price-list.ts'

/** For each route and caller the dearest input, dearest first. */
export function describePrices({ prices, notFoundMs, slowness }: PriceList): string[] {
  const dearest = new Map<string, Price>()
  for (const price of prices) {
    const name = `${price.route} ${price.caller}`
    const known = dearest.get(name)
    if (known === undefined || known.longestMs < price.longestMs) dearest.set(name, price)
  }
  const rows = [...dearest.values()]
    .toSorted((a, b) => b.longestMs - a.longestMs)
    .map(({ route, caller, kind, cpuMs, longestMs, ordinaryMs }) =>
      [
        route.padEnd(60),
        caller.padEnd(9),
        kind.padEnd(36),
        ...[cpuMs, longestMs, ordinaryMs].map((value) => value.toFixed(2).padStart(8)),
      ].join('  '),
    )
  const header = ['route', 'caller', 'dearest input', 'CPU ms', 'longest piece ms', 'ordinary ms']
  const all = prices.map(({ cpuMs }) => cpuMs)
  return [
    `a 404 costs ${notFoundMs.toFixed(3)} ms, half of ${all.length} requests less than ` +
      `${median(all).toFixed(3)} ms; the machine is ${slowness.toFixed(2)} times as slow as the one ` +
      'that the bounds were chosen on',
    header.join(' | '),
    ...rows,
  ]
}
