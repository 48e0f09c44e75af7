import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip, type ZlibOptions } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const zip = promisify<Buffer, ZlibOptions, Buffer>(gzip)

// The server sends these instead of the plain files to browsers that accept them.
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

// Left alone, each set of pages that share a module gets a file: 55 for the list of keys.
const groups = [
  // What runs first; it must not wait for the rest.
  {
    name: 'first',
    test: /preload-helper|rolldown.runtime|web.src.(paths|api.early|lib.link-token)\.ts/,
    priority: 3,
  },
  // What draws anything at all.
  {
    name: 'core',
    test: /.node_modules.(react|react-dom|scheduler|react-router|@tanstack.[^/]+|@mantine.core.esm.core)\//,
    priority: 2,
  },
  // The parts that most pages are made of; validation and what only dialogs use stay apart.
  {
    name: 'parts',
    test: (id: string) => !/preload-helper|zod|schemas|@mantine.form|features|.qr.|Modal/.test(id),
    minShareCount: 5,
    priority: 1,
  },
  {
    name: 'lists',
    test: /@tabler|components.(Menu|Tabs|Accordion|Radio|Container)|mantine.hooks|web.src.(ui|lib|layout)|features.keys.[^/]+$|use-key-dialog|shared.src.(limits|moment|rotation|scopes)/,
    minShareCount: 2,
  },
]

/** Lets the browser fetch what every page needs beside the code that asks for it. */
function preloadCommon(): Plugin {
  return {
    name: 'preload-common',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((name) => /(core|parts|main)-[^.]+\.(js|css)$/.test(name))
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

export default defineConfig({
  plugins: [react(), preloadCommon(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
    assetsInlineLimit: 0, // an inlined image would need `data:` in the content security policy
  },
  // Whole segments: /api-keys is a page of the portal.
  server: { proxy: { '^/(api|docs|\\.well-known)(/|$)': 'http://localhost:3000' } },
})
