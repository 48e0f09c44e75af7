// The process. What Node compiles is kept for the next start, which halves it; so this comes first.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./serve.ts')
