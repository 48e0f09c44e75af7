import { createRequire } from 'node:module'
import * as api from '@zentrix/api-keys'
import { expressGuard } from '@zentrix/api-keys/express'
import { fastifyGuard } from '@zentrix/api-keys/fastify'
import { honoGuard } from '@zentrix/api-keys/hono'
import { createTestVerifier } from '@zentrix/api-keys/testing'
import { serveGuarded } from './serve.cjs'

const imported = { ...api }
const required = createRequire(import.meta.url)('@zentrix/api-keys')

/** Whether a guard of another entry point throws the very class that this module imports. */
function isSameClass(guard) {
  try {
    guard({ verify: () => {} }, { cost: -1 })
    return false
  } catch (error) {
    return error instanceof api.VerifyConfigurationError
  }
}

/** The same of the stand-in for tests. */
function throwsSameClass() {
  try {
    createTestVerifier({ keys: [] }).revoke('absent')
    return false
  } catch (error) {
    return error instanceof api.VerifyConfigurationError
  }
}

const more = {
  sharesClasses: [expressGuard, fastifyGuard, honoGuard].every(isSameClass) && throwsSameClass(),
  sharesWithRequire: Object.keys(required).every((name) => required[name] === imported[name]),
}
await serveGuarded({ api, guards: { expressGuard, fastifyGuard, honoGuard }, more })
