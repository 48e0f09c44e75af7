import { buildWeb } from './web-build.ts'

// Else `npm start -- --port 4000` would quietly serve port 3000.
if (process.argv.length > 2) {
  process.stderr.write(
    'Settings come from the environment, such as PORT=4000 npm start, or from a file .env\n',
  )
  process.exit(1)
}
buildWeb()
await import('../server/src/boot/main.ts')
