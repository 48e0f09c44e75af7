let attempts = 0

/**
 * Loads code, also after an earlier attempt failed: a browser remembers for good that a file could
 * not be fetched, so it is asked for under another name.
 *
 * @throws {Error} where there is still no network
 */
export async function loadCode<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
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
