import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package as it lies in node_modules. */
export type Installed = { name: string; licence: string; hasInstallScript: boolean }

type PackageJson = {
  name: string
  license?: string | { type: string }
  scripts?: Record<string, string>
}

export function readInstalled(root: string): Installed[] {
  const paths = globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', { cwd: root })
  const byName = new Map<string, Installed>()
  for (const path of paths) {
    const file = join(root, path)
    const { name, license, scripts = {} } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson
    byName.set(`${name}\n${path.split('/')[2]}`, {
      name,
      licence: typeof license === 'object' ? license.type : (license ?? 'none'),
      // npm builds what has a binding.gyp even if it names no script.
      hasInstallScript:
        ['preinstall', 'install', 'postinstall'].some((script) => script in scripts) ||
        existsSync(join(dirname(file), 'binding.gyp')),
    })
  }
  return [...byName.values()]
}
