import { posix } from 'node:path'

/** The imports that a folder may make, besides its own files. */
export type Row = {
  /** Ends in `/*` where each folder below it stands for itself. */
  folder: string
  /** Folders and files of the project. */
  mayImport: string[]
  /** Packages, by the start of their names; any where left out. */
  packages?: string[]
}

const S = 'server/src'
const belowFeatures = [
  `${S}/http`,
  `${S}/store`,
  `${S}/crypto`,
  `${S}/config`,
  `${S}/lib`,
  'shared/src',
]
const belowDialects = [`${S}/store/interface`, `${S}/store/schema`, `${S}/store/usage`]
const belowStore = [`${S}/crypto`, `${S}/lib`, 'shared/src']

/** The longest folder that a file is in decides; a file that is in none may import anything. */
const arrows: Row[] = [
  { folder: 'shared/src', mayImport: [] },
  { folder: 'shared/client', mayImport: ['shared/src'] },
  { folder: 'server/hand-off', mayImport: [] },
  { folder: `${S}/boot`, mayImport: [S, 'shared/src'] },
  { folder: 'web/src', mayImport: ['shared/src'] },
  { folder: `${S}/commands`, mayImport: [`${S}/features`, `${S}/scan`, ...belowFeatures] },
  { folder: `${S}/access`, mayImport: [`${S}/features`, ...belowFeatures] },
  { folder: `${S}/features`, mayImport: [`${S}/scan`, ...belowFeatures] },
  { folder: `${S}/scan`, mayImport: belowStore },
  { folder: `${S}/http`, mayImport: [`${S}/config`, `${S}/lib`, 'shared/src'] },
  { folder: `${S}/store`, mayImport: belowStore },
  { folder: `${S}/store/sqlite`, mayImport: [...belowDialects, ...belowStore] },
  { folder: `${S}/store/postgres`, mayImport: [...belowDialects, ...belowStore] },
  { folder: `${S}/store/migrations`, mayImport: [`${S}/store/schema`, ...belowStore] },
  { folder: `${S}/store/usage`, mayImport: [`${S}/store/schema`, ...belowStore] },
  { folder: `${S}/store/interface`, mayImport: [`${S}/store/schema`, ...belowStore] },
  { folder: `${S}/store/schema`, mayImport: ['shared/src'] },
  {
    folder: `${S}/store/adopt`,
    mayImport: [`${S}/store/sqlite`, `${S}/store/schema`, ...belowStore],
  },
  { folder: `${S}/store/copy`, mayImport: [`${S}/store`, ...belowStore] },
  { folder: `${S}/config`, mayImport: belowStore },
  { folder: `${S}/crypto`, mayImport: [`${S}/lib`, 'shared/src'] },
  { folder: `${S}/lib`, mayImport: ['shared/src'] },
  {
    folder: 'web/src/features/*',
    mayImport: ['web/src/api', 'web/src/ui', 'web/src/lib', 'web/src/paths.ts', 'shared/src'],
  },
  {
    folder: 'web/src/layout',
    mayImport: ['web/src/api', 'web/src/ui', 'web/src/lib', 'web/src/paths.ts', 'shared/src'],
  },
  {
    folder: 'web/src/ui',
    mayImport: ['web/src/lib'],
    packages: ['react', 'react-dom', '@mantine/', '@tabler/icons-react'],
  },
  { folder: 'web/src/api', mayImport: ['web/src/lib', 'web/src/paths.ts', 'shared/src'] },
  { folder: 'web/src/lib', mayImport: ['web/src/paths.ts', 'shared/src'] },
  { folder: 'web/src/paths.ts', mayImport: [], packages: [] },
]

const testkit = ['scripts/testkit', 'scripts/web-build.ts']

/** Tests and campaigns share code through the test kit alone. */
const besideTheCode: Row[] = [
  { folder: 'scripts/campaigns/*', mayImport: [...testkit, S, 'shared'] },
  { folder: 'scripts/testkit', mayImport: [...testkit, S, 'shared'] },
  { folder: 'server/test', mayImport: [...testkit, S, 'server/hand-off', 'shared'] },
  { folder: 'shared/test', mayImport: [...testkit, S, 'shared'] },
  { folder: 'web/e2e', mayImport: [...testkit, S, 'server/hand-off', 'shared', 'web/src'] },
]

/** For all files but tests. */
export const codeArrows: Row[] = [...arrows, ...besideTheCode]

/** For test files, also those beside the code. */
export const testArrows: Row[] = [
  ...besideTheCode,
  { folder: S, mayImport: ['server/test', ...testkit, 'shared'] },
  { folder: 'web/src', mayImport: [...testkit, 'shared'] },
]

/** Neither folders nor files below these import each other in a circle. */
export const withoutCircles = [
  'server/src',
  'web/src/features',
  'web/src/ui',
  'web/src/lib',
  'shared/src',
]

export type Source = { file: string; text: string }

/** The imports that break the table, type imports included. */
export function findWrongImports(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const own = ownerOf(source.file)
    if (!own) return []
    return importsOf(source)
      .filter((target) => !isAllowed(own, target))
      .map((target) => `${source.file}: ${own.folder} may not import ${target}`)
  })
}

const stores = /^(server\/src\/features\/[^/]+\/).*\.store\.ts$/

/** Imports of another feature's store. What all features know, such as the context, is their own. */
export function findForeignStores(sources: Source[]): string[] {
  return sources
    .filter(({ file }) => !/^server\/src\/features\/[^/]+$/.test(file))
    .filter(({ file }) => file.startsWith('server/src/'))
    .flatMap((source) =>
      importsOf(source)
        .filter((target) => !source.file.startsWith(stores.exec(target)?.[1] ?? ''))
        .map((target) => `${source.file}: ${target} is another feature's store`),
    )
}

/** Circles of files and of folders, types included; a folder inside another is a part of it. */
export function findCircles(sources: Source[]): string[] {
  const inside = sources.filter(({ file }) => withoutCircles.some((tree) => isIn(file, tree)))
  return [...circlesOf(inside, (file) => file), ...circlesOf(inside, posix.dirname)]
}

function circlesOf(sources: Source[], nodeOf: (file: string) => string): string[] {
  const imported = new Map<string, Set<string>>()
  for (const source of sources) {
    const from = nodeOf(source.file)
    const targets = importsOf(source).map(nodeOf)
    for (const to of targets.filter((target) => !isIn(from, target) && !isIn(target, from)))
      imported.set(from, (imported.get(from) ?? new Set()).add(to))
  }
  return [...imported.keys()].flatMap((node) => {
    const way = findWay(imported, node, node)
    return way ? [`${[node, ...way].join(' → ')}: a circle`] : []
  })
}

function findWay(imported: Map<string, Set<string>>, from: string, to: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const waiting = [from]
  for (const node of waiting) {
    for (const next of imported.get(node) ?? []) {
      if (cameFrom.has(next)) continue
      cameFrom.set(next, node)
      waiting.push(next)
    }
  }
  if (!cameFrom.has(to)) return null
  const way = [to]
  for (let at = cameFrom.get(to)!; at !== from; at = cameFrom.get(at)!) way.unshift(at)
  return way
}

// For `features/*` the owner of `features/keys/list/table/KeyRow.tsx` is `features/keys`.
function ownerOf(file: string): Row | undefined {
  const [row] = (/\.test\.tsx?$/.test(file) ? testArrows : codeArrows)
    .filter(({ folder }) => isIn(file, folder.replace(/\/\*$/, '')))
    .toSorted((one, other) => other.folder.length - one.folder.length)
  if (!row?.folder.endsWith('/*')) return row
  const depth = row.folder.split('/').length
  return { ...row, folder: file.split('/').slice(0, depth).join('/') }
}

function isAllowed({ folder, mayImport, packages }: Row, target: string): boolean {
  if (isPackage(target))
    return packages === undefined || packages.some((name) => isNamed(target, name))
  return [folder, ...mayImport].some((allowed) => isIn(target, allowed))
}

function isNamed(target: string, name: string): boolean {
  return target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`)
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

const trees = ['server', 'web', 'shared', 'scripts']

function isPackage(target: string): boolean {
  return !trees.some((tree) => isIn(target, tree))
}

const specifiers = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g

/** The imports of a file: paths from the project's root, and names of packages. */
function importsOf({ file, text }: Source): string[] {
  return [...text.matchAll(specifiers)].map(([, specifier = '']) => {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier)
    return specifier.replace(/^@zentrix\/shared\//, 'shared/src/')
  })
}
