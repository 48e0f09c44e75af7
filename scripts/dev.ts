// Both sides with hot reload: Vite serves the portal and hands API calls to a server that starts
// again when its sources change. Open the address that Vite prints.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const portalUrl = 'http://localhost:5173'

const server = spawn(
  process.execPath,
  [
    '--watch-path=server/src',
    '--watch-path=shared/src',
    '--watch-preserve-output',
    'server/src/boot/main.ts',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    // The browser talks to Vite, so that is the origin that the server must know.
    env: { PUBLIC_URL: portalUrl, ...process.env },
  },
)
const portal = spawn(process.execPath, [join(root, 'web/node_modules/vite/bin/vite.js')], {
  cwd: join(root, 'web'),
  stdio: 'inherit',
})

function stopBoth(): void {
  for (const child of [server, portal] as ChildProcess[]) child.kill('SIGTERM')
}
process.on('SIGINT', stopBoth)
process.on('SIGTERM', stopBoth)
server.once('exit', stopBoth)
portal.once('exit', stopBoth)
