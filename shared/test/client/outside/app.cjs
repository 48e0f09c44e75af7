const { serveGuarded } = require('./serve.cjs')

const guards = {
  ...require('@zentrix/api-keys/express'),
  ...require('@zentrix/api-keys/fastify'),
  ...require('@zentrix/api-keys/hono'),
}
void serveGuarded({ api: require('@zentrix/api-keys'), guards, more: {} })
