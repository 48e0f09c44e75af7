// The process. What Node compiles is kept for the next start, which halves it, and spares every
// thread the compiler; so this comes first. The folder is the project's own: anyone who can
// write there could change our code.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../../node_modules/.cache/node', import.meta.url),
)
enableCompileCache(process.env['NODE_COMPILE_CACHE'])
await import('./serve.ts')
