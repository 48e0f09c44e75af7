let attempts = 0

const loaded = new WeakSet<() => Promise<unknown>>()

/**
 * Loads code, also after an earlier attempt failed: a browser remembers for good that a file could
 * not be fetched, so it is asked for under another name.
 *
 * @throws {Error} where there is still no network
 */
export async function loadCode<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    if (!loaded.has(load)) await expectNetwork()
    const module = await load()
    loaded.add(load)
    return module
  } catch (error) {
    const url =
      String(error)
        .split(' ')
        .find((word) => /\.(js|css)$/.test(word)) ?? ''
    attempts += 1
    if (url.endsWith('.js')) return import(/* @vite-ignore */ `${url}?again=${attempts}`)
    if (!url.endsWith('.css')) throw error
    await addStyles(`${url}?again=${attempts}`)
    return loadCode(load)
  }
}

/**
 * Keeps imports from being tried in vain: the files that a file imports cannot be given another name.
 * A service on the same machine answers without a network, so it is asked.
 *
 * @throws {Error} where it is offline and the service does not answer
 */
async function expectNetwork(): Promise<void> {
  if (!navigator.onLine) await fetch('/healthz', { cache: 'no-store' })
}

function addStyles(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = url
    link.addEventListener('load', () => resolve())
    link.addEventListener('error', () => reject(new Error(`Could not load ${url}`)))
    document.head.append(link)
  })
}
