import type { Page } from 'playwright-core'

/** The places where a page, or the browser for it, still has `text`. */
export async function placesWith(page: Page, text: string): Promise<string[]> {
  const found = await page.evaluate((secret) => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')]
    const places: Record<string, string> = {
      document: document.documentElement.outerHTML,
      fields: fields.map(({ value }) => value).join('\n'),
      localStorage: JSON.stringify({ ...localStorage }),
      sessionStorage: JSON.stringify({ ...sessionStorage }),
      cookies: document.cookie,
      historyState: JSON.stringify(history.state),
      address: location.href,
      selection: String(document.getSelection()),
    }
    return Object.keys(places).filter((name) => places[name]!.includes(secret))
  }, text)
  const session = await page.context().newCDPSession(page)
  const visited = await session.send('Page.getNavigationHistory')
  if (JSON.stringify(visited).includes(text)) found.push('history')
  if ((await heapOf(page)).includes(text)) found.push('memory')
  await session.detach()
  return found
}

/** Everything that the page's scripts can still reach, including the query cache. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  return chunks.join('')
}
