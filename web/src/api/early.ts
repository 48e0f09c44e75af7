// What is asked before the code that needs it is there.

const asked = new Map<string, Promise<Response | undefined>>()

/** Asks now; the first call of the same URL gets the answer. Undefined where there was none. */
export function askEarly(
  url: string,
  headers: Record<string, string> = {},
): Promise<Response | undefined> {
  const answer = fetch(url, { headers: { accept: 'application/json', ...headers } }).catch(
    () => undefined,
  )
  asked.set(url, answer)
  return answer
}

/** The answer that was asked for early, once. */
export async function takeEarly(url: string): Promise<Response | undefined> {
  const answer = asked.get(url)
  asked.delete(url)
  return (await answer)?.clone()
}
