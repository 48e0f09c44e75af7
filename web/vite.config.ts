import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip, type ZlibOptions } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin, type Rolldown } from 'vite'

const brotli = promisify(brotliCompress)
const zip = promisify<Buffer, ZlibOptions, Buffer>(gzip)

// The server sends these instead of the plain files to browsers that accept them.
type CodeSplittingGroup = Rolldown.CodeSplittingGroup

function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css|html|svg)$/.test(name))
      await Promise.all(names.map((name) => compress(join(dir, name))))
    },
  }
}

async function compress(file: string) {
  const content = await readFile(file)
  await Promise.all([
    writeFile(`${file}.br`, await brotli(content)),
    writeFile(`${file}.gz`, await zip(content, { level: 9 })),
  ])
}

/**
 * Left alone, each set of pages that share a module gets a file: 55 for the list of keys. So what
 * this page needs is put into two, one of which every page needs.
 */
async function groupsOf(): Promise<CodeSplittingGroup[]> {
  const used = await modulesByPage()
  const all = used('main.tsx')
  const list = used('RequireSession.tsx', 'KeysPage.tsx')
  return [
    // The code that runs first must not wait for the rest.
    {
      name: 'first',
      test: /preload-helper|web.src.(boot|pages|paths|api.(early|acting-for)|lib.link-token)\.ts/,
      priority: 2,
    },
    { name: 'core', test: (id) => all.has(id) && !isDocument(id), priority: 1 },
    { name: 'list', test: (id) => list.has(id) && !isDocument(id) },
  ]
}

/** The module that the document runs: in a group it would bring all of it along. */
const isDocument = (id: string) => id.endsWith('/index.html')

/** Builds once without a group, which says what is left of the modules that a page imports. */
async function modulesByPage(): Promise<(...pages: string[]) => Set<string>> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'silent',
    plugins: [react()],
    build: { write: false, minify: false },
  })
  const chunks = (built as Rolldown.RolldownOutput).output.filter((it) => it.type === 'chunk')
  const named = (page: string) => chunks.filter((it) => it.facadeModuleId?.endsWith(`/${page}`))

  function collect(found: Rolldown.OutputChunk[], into: Set<Rolldown.OutputChunk>) {
    for (const chunk of found) {
      if (into.has(chunk)) continue
      into.add(chunk)
      collect(
        chunks.filter(({ fileName }) => chunk.imports.includes(fileName)),
        into,
      )
    }
    return into
  }

  return (...pages) =>
    new Set([...collect(pages.flatMap(named), new Set())].flatMap(({ moduleIds }) => moduleIds))
}

/** Lets the browser fetch what every page needs beside the code that asks for it. */
function preloadCommon(): Plugin {
  return {
    name: 'preload-common',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((name) => /(core|rolldown-runtime)-[^.]+\.(js|css)$/.test(name))
          .map((name) => ({
            tag: 'link',
            attrs: name.endsWith('.js')
              ? { rel: 'modulepreload', crossorigin: true, href: `/${name}` }
              : { rel: 'preload', as: 'style', crossorigin: true, href: `/${name}` },
            injectTo: 'head' as const,
          })),
    },
  }
}

export default defineConfig(async ({ command }) => ({
  plugins: [react(), preloadCommon(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions:
      command === 'build' ? { output: { codeSplitting: { groups: await groupsOf() } } } : {},
    assetsInlineLimit: 0, // an inlined image would need `data:` in the content security policy
  },
  // Whole segments: /api-keys is a page of the portal.
  server: { proxy: { '^/(api|docs|\\.well-known)(/|$)': 'http://localhost:3000' } },
}))
