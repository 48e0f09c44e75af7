// `npm run pack:client`: makes the package that other services install from `shared/client`, and
// prints where it is. The last line of the output is the path alone.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const source = join(root, 'shared/client')

type Manifest = {
  name: string
  version: string
  description: string
  license: string
  /** The source file of each entry point. */
  exports: Record<string, string>
}

const { exports, name, version, description, license } = JSON.parse(
  readFileSync(join(source, 'package.json'), 'utf8'),
) as Manifest

/** Where each entry point is built, without the ending. `client` lies beside `src`, as in `shared`. */
const entries = Object.entries(exports).map(
  ([entry, file]) => [entry, `client/${file.replace(/^\.\/|\.ts$/g, '')}`] as const,
)

/** Guards speak of the types of these; each service has the one that it is built with. */
const frameworks = { '@types/express': '>=4', express: '>=4', fastify: '>=4', hono: '>=4' }

const output = join(source, 'dist')
mkdirSync(output, { recursive: true })
const staging = mkdtempSync(join(output, 'staging-'))
try {
  const [built, folder] = [join(staging, 'built'), join(staging, 'package')]
  build(built)
  const bytes = copyReachable(built, join(folder, 'dist'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest(), null, 2))
  for (const [, path] of entries) writeModule(join(folder, 'dist', path))
  copyFileSync(join(source, 'README.md'), join(folder, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  const tarball = pack(folder)
  const size = (length: number) => `${Math.ceil(length / 1000)} kB`
  process.stderr.write(
    `${name} ${version}: ${size(statSync(tarball).size)}, code and types ${size(bytes)}\n`,
  )
  process.stdout.write(`${tarball}\n`)
} finally {
  rmSync(staging, { recursive: true, force: true })
}

/** Compiles to CommonJS, a file for each of ours, since nothing of another package comes along. */
function build(outDir: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  run(process.execPath, [compiler, '-p', join(source, 'tsconfig.build.json'), '--outDir', outDir])
}

/**
 * Copies the files that the entry points reach: others are for types that only our own code sees.
 *
 * @returns their size in bytes
 */
function copyReachable(from: string, to: string): number {
  const waiting = new Set(
    entries.flatMap(([, path]) => [join(from, `${path}.js`), join(from, `${path}.d.ts`)]),
  )
  let bytes = 0
  for (const file of waiting) {
    const isTypes = file.endsWith('.d.ts')
    // Declarations keep the ending of the sources, which other compilers would look for.
    const text = readFileSync(file, 'utf8').replace(/(\bfrom '\.[^']*)\.ts(?=')/g, '$1.js')
    const target = join(to, relative(from, file))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    bytes += Buffer.byteLength(text)
    const imports = isTypes ? /\b(?:from|import\() ?['"]([^'"]+)/g : /\brequire\("([^"]+)/g
    for (const [, needed = ''] of text.matchAll(imports))
      if (needed.startsWith('.'))
        waiting.add(join(dirname(file), isTypes ? needed.replace(/\.js$/, '.d.ts') : needed))
      else if (!needed.startsWith('node:') && !(isTypes && needed in frameworks))
        throw new Error(`${relative(from, file)} needs ${needed}, which comes with nothing`)
  }
  return bytes
}

/** Writes the ES module of an entry: it gives what the CommonJS one has, so every class is one. */
function writeModule(path: string): void {
  const load = createRequire(import.meta.url)
  const names = Object.keys(load(`${path}.js`) as object)
  const file = `./${path.slice(path.lastIndexOf('/') + 1)}.js`
  writeFileSync(`${path}.mjs`, `export { ${names.join(', ')} } from '${file}'\n`)
  writeFileSync(`${path}.d.mts`, `export * from '${file}'\n`)
}

function manifest(): object {
  const conditions = entries.map(([entry, path]) => [
    entry,
    {
      import: { types: `./dist/${path}.d.mts`, default: `./dist/${path}.mjs` },
      require: { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` },
    },
  ])
  const [, main] = entries.find(([entry]) => entry === '.')!
  // For `moduleResolution: node10`, which reads no "exports".
  const byName = entries.map(([entry, path]) => [entry.slice(2), [`dist/${path}.d.ts`]])
  return {
    name,
    version,
    description,
    license,
    type: 'commonjs',
    main: `./dist/${main}.js`,
    types: `./dist/${main}.d.ts`,
    typesVersions: { '*': Object.fromEntries(byName.filter(([entry]) => entry !== '')) },
    exports: { ...Object.fromEntries(conditions), './package.json': './package.json' },
    sideEffects: false,
    files: ['dist'],
    engines: { node: '>=20' },
    peerDependencies: frameworks,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(frameworks).map((framework) => [framework, { optional: true }]),
    ),
  }
}

function pack(folder: string): string {
  run('npm', ['pack', folder, '--silent', '--ignore-scripts', '--pack-destination', staging])
  const [file] = globSync('*.tgz', { cwd: staging }) as [string]
  renameSync(join(staging, file), join(output, file))
  return join(output, file)
}

function run(command: string, args: string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] })
  if (done.error) throw done.error
  if (done.status === 0) return done.stdout
  throw new Error(`${command} failed: ${done.stdout}`)
}
