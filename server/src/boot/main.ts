// The process. What Node compiles is kept for the next start, which halves it, and spares every
// thread the compiler; so this comes first. The folder is the project's own: anyone who can
// write there could change our code.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../../node_modules/.cache/node', import.meta.url),
)
enableCompileCache(process.env['NODE_COMPILE_CACHE'])
// Libraries read some of the environment when they are loaded, so the file is read before them.
const { readEnvFile } = await import('../config/env-file.ts')
try {
  readEnvFile(process.env['ENV_FILE'])
} catch (error) {
  process.stderr.write(`zentrix-api-keys: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
await import('./serve.ts')
