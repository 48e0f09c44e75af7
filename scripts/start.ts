import { buildWeb } from './web-build.ts'

buildWeb()
await import('../server/src/main.ts')
