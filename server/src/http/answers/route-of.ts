import { routes } from '@zentrix/shared/routes.ts'

/** Method, path and schemas of a route of the API, as Fastify takes them. */
export function routeOf<Name extends keyof typeof routes>(name: Name) {
  const [method = '', url = ''] = name.split(' ')
  return { method, url, schema: routes[name] }
}
