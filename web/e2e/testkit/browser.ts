import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type LaunchOptions } from 'playwright-core'
import { root } from '../../../scripts/testkit/processes/child.ts'

const cache = join(root, 'node_modules/.cache')

/**
 * CHROME_PATH when it is set; on Linux x64 the Chromium that npm ships, which needs neither root
 * nor system packages; elsewhere the installed Chrome, Chromium or Edge.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return launch((found) => chromium.launch({ ...options, ...found }), options.args)
}

/** The same, with a profile on the disk, as a person's browser has one. */
export async function launchProfile(dir: string): Promise<BrowserContext> {
  return launch((found) => chromium.launchPersistentContext(dir, found))
}

async function launch<T>(start: (found: LaunchOptions) => Promise<T>, more: string[] = []) {
  const args = [...more, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])]
  const given = process.env['CHROME_PATH']
  if (given) return start({ executablePath: given, args })
  if (process.platform === 'linux' && process.arch === 'x64') {
    const dir = await unpackChromium()
    const env = {
      ...(process.env as Record<string, string>),
      FONTCONFIG_FILE: join(dir, 'fonts.conf'),
      LD_LIBRARY_PATH: join(dir, 'al2023/lib'),
    }
    return start({ executablePath: join(dir, 'chromium'), args, env })
  }
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
    existsSync(path),
  )
  if (installed) return start({ executablePath: installed, args })
  for (const channel of ['chrome', 'msedge'])
    try {
      return await start({ channel, args })
    } catch {
      // not installed: the next one may be
    }
  throw new Error('No browser: install Chrome or Chromium, or set CHROME_PATH to one.')
}

/** Unpacks @sparticuz/chromium once per version; what is half done is never found under its name. */
async function unpackChromium(): Promise<string> {
  const entry = import.meta.resolve('@sparticuz/chromium')
  const manifest = new URL('../package.json', entry).href
  const { default: pkg } = (await import(manifest, { with: { type: 'json' } })) as {
    default: { version: string }
  }
  const dir = join(cache, `chromium-${pkg.version}`)
  if (existsSync(dir)) return dir
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(`${dir}-`)
  await inflateInto(draft, new URL('../bin/', entry))
  // The fonts.conf of the package names a folder that does not exist here, and without a font no
  // text is drawn.
  await writeFile(
    join(draft, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>${dir}/fonts/fonts</dir><cachedir>${dir}/fonts-cache</cachedir></fontconfig>\n`,
  )
  try {
    await rename(draft, dir)
  } catch (error) {
    if (!existsSync(dir)) throw error
    await rm(draft, { recursive: true }) // another worker got there first
  }
  return dir
}

async function inflateInto(dir: string, bin: URL): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const files = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = dir // inflate() writes there; it reads the variable before it waits
  const done = Promise.all(files.map((file) => inflate(new URL(file, bin).pathname)))
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  await done
}
