// `npm run build`: the portal alone, for who starts server/src/boot/main.ts by themselves.
import { buildWeb } from './web-build.ts'

buildWeb()
