import type { FastifyInstance } from 'fastify'
import { sessionInputs } from '@zentrix/shared/routes/people/sessions.ts'
import { SESSION_PATH } from '../../../server/src/features/people/identity/session-cookie.ts'
import type { Access } from '../../../server/src/http/access-rules.ts'

const mount = `${SESSION_PATH}/*`

/** The answers where nothing is routed: the portal's page, and the 404 under /api. */
const catchAlls: [route: string, access: Access][] = [
  ['GET /*', 'public'],
  ['GET /api/*', 'public'],
]

/**
 * Everything that can be asked, by method and path, with its rule: the routes, and the endpoints
 * that are let through behind the mount of better-auth. HEAD follows GET, and a route for more
 * methods than OpenAPI knows is one for ANY.
 */
export function listRoutes({ routes }: FastifyInstance): Map<string, Access | undefined> {
  const registered = routes.flatMap(({ method, url, config }) =>
    (method.includes('PROPFIND') ? ['ANY'] : [method].flat())
      .filter((one) => one !== 'HEAD')
      .map((one): [string, Access | undefined] => [`${one} ${url}`, config?.access]),
  )
  const behindMount = Object.keys(sessionInputs).map((route): [string, Access | undefined] => [
    route,
    accessOf(registered, mount),
  ])
  return new Map([...registered, ...behindMount, ...catchAlls])
}

function accessOf(routes: [string, Access | undefined][], url: string): Access | undefined {
  return routes.find(([name]) => name.endsWith(` ${url}`))?.[1]
}
