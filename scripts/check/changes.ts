type Source = { file: string; text: string }

const SCENES = 'web/e2e/two-in-the-morning/changes'

/** These are questions, in a body because it is secret. */
const questions = ['POST /api/keys/find', 'POST /api/session/invitation']

// Nobody presses anything: the link itself is opened. `web/e2e/people/hand-off.test.ts` loses its answer.
const byLink = ['POST /api/session/portal-link']

/**
 * Routes by which the portal changes something, and that no scene of a lost answer is about. A test
 * of the browser plays each scene with the network cut.
 */
export function findChangesWithoutScene(sources: Source[]): string[] {
  const inFolder = (folder: string) => sources.filter(({ file }) => file.startsWith(`${folder}/`))
  const routesOf = ({ text }: Source) =>
    text.match(/(?<=')(?:POST|PUT|PATCH|DELETE) \/[^']+/g) ?? []
  const played = new Set([...questions, ...byLink, ...inFolder(SCENES).flatMap(routesOf)])
  return inFolder('web/src')
    .filter(({ file }) => !file.endsWith('.test.ts'))
    .flatMap((source) =>
      routesOf(source)
        .filter((route) => !played.has(route))
        .map((route) => `${source.file}: ${route} needs a scene of a lost answer in ${SCENES}`),
    )
}
