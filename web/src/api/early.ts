// Requests sent before the code that needs their answers is there.

// Longer than the code of a page takes on a slow line; an older answer is asked for again.
const MAX_AGE_MS = 30_000

type Asked = { answer: Promise<Response | undefined>; askedFor: string; atMs: number }

/** Asked before it was known who is signed in: such an answer says itself whom it is for. */
const NOBODY_YET = '{}'

const asked = new Map<string, Asked>()

/** Asks now; the first call of the same URL gets the answer. Undefined where there was none. */
export function askEarly(
  url: string,
  headers: Record<string, string> = {},
): Promise<Response | undefined> {
  const answer = fetch(url, { headers: { accept: 'application/json', ...headers } }).catch(
    () => undefined,
  )
  asked.set(url, { answer, askedFor: JSON.stringify(headers), atMs: performance.now() })
  return answer
}

/**
 * The answer that was asked for early, once; undefined if it is old, or was asked for somebody else.
 *
 * @param headers that say for whom the call is
 */
export async function takeEarly(
  url: string,
  headers: Record<string, string>,
): Promise<Response | undefined> {
  const found = asked.get(url)
  asked.delete(url)
  if (!found) return undefined
  const isForUs = [NOBODY_YET, JSON.stringify(headers)].includes(found.askedFor)
  if (!isForUs || performance.now() - found.atMs > MAX_AGE_MS) {
    // Left unread, it would keep its connection.
    void found.answer.then((answer) => answer?.body?.cancel())
    return undefined
  }
  return (await found.answer)?.clone()
}
