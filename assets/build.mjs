// Builds everything a browser loads: one stylesheet, the script of every page and those of some, one icon sprite, the favicon.
// Names carry a hash of their content, so the server may tell browsers to keep them for ever; .br and .gz lie beside
// each file, so the server never compresses twice. manifest.json is written last: a page always finds a whole set.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'
import { icon } from './icon.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const out = join(root, 'planner', 'static', 'build')
const target = ['chrome87', 'safari15', 'firefox88']
const FIRST_LOAD_LIMIT = 100 * 1000

async function stylesheet () {
  const css = sass.compile(join(here, 'css', 'app.scss'), {
    loadPaths: [join(root, 'node_modules')],
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function', 'abs-percent']
  }).css
  const result = await esbuild.transform(css, { loader: 'css', minify: true, target })
  return result.code
}

async function script (name, more = {}) {
  const result = await esbuild.build({
    entryPoints: [join(here, 'js', name)],
    bundle: true,
    minify: true,
    format: 'esm',
    target,
    write: false,
    legalComments: 'none',
    absWorkingDir: root,
    ...more
  })
  return result.outputFiles[0].text
}

async function sprite () {
  const names = (await readFile(join(here, 'icons.txt'), 'utf8')).split('\n').map(line => line.trim()).filter(Boolean)
  const symbols = []
  for (const name of names) {
    const svg = await readFile(join(root, 'node_modules', 'lucide-static', 'icons', `${name}.svg`), 'utf8')
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).replace(/\s*\n\s*/g, '')
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`)
  }
  const mark = await readFile(join(here, 'mark.svg'), 'utf8')
  const inner = mark.slice(mark.indexOf('>', mark.indexOf('<svg')) + 1, mark.lastIndexOf('</svg>')).replace(/\s*\n\s*/g, '')
  symbols.push(`<symbol id="mark" viewBox="0 0 24 24">${inner}</symbol>`)
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
}

// Its address stands in every row of every list.
const SHORT = { 'icons.svg': 'i' }

function hashed (name, text) {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const kind = extname(name)
  return `${SHORT[name] || name.slice(0, -kind.length)}-${digest}${kind}`
}

async function put (name, data) {
  const partial = join(out, `.${name}.${process.pid}`)
  await writeFile(partial, data)
  await rename(partial, join(out, name))
}

const started = Date.now()
await mkdir(out, { recursive: true })
const files = {
  'app.css': await stylesheet(),
  'app.js': await script('app.js'),
  'board.js': await script('board.js'),
  'cells.js': await script('cells.js'),
  'drag.js': await script('drag.js'),
  'order.js': await script('order.js'),
  'gantt.js': await script('gantt.js'),
  'wall.js': await script('wall.js'),
  'device.js': await script('device.js'),
  'icons.svg': await sprite(),
  'favicon.svg': await readFile(join(here, 'favicon.svg'), 'utf8'),
  'icon-192.png': icon(192, 0.75, 0.22),
  'icon-512.png': icon(512, 0.75, 0.22),
  'icon-maskable.png': icon(512, 0.56, 0)
}
// What a page needs to stand without a network; the worker's cache is named after all of them.
const COLD = ['app.css', 'app.js', 'icons.svg', 'favicon.svg', 'icon-192.png']
const cold = COLD.map(name => `/static/build/${hashed(name, Buffer.from(files[name]))}`)
const mark = createHash('sha256').update(Object.entries(files).map(([name, text]) => hashed(name, Buffer.from(text))).join()).digest('hex').slice(0, 10)
files['sw.js'] = await script('sw.js', { format: 'iife', define: { BUILD: JSON.stringify(mark), FILES: JSON.stringify(cold) } })

const manifest = {}
const keep = new Set(['manifest.json'])
const sizes = {}
for (const [name, text] of Object.entries(files)) {
  const data = Buffer.from(text)
  const file = hashed(name, data)
  const brotli = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  await put(file, data)
  await put(`${file}.br`, brotli)
  await put(`${file}.gz`, gzipSync(data, { level: 9 }))
  manifest[name] = file
  for (const tail of ['', '.br', '.gz']) keep.add(file + tail)
  sizes[name] = brotli.length
}
await put('manifest.json', JSON.stringify(manifest, null, 2) + '\n')
for (const file of await readdir(out)) {
  if (!keep.has(file) && !file.startsWith('.')) await rm(join(out, file), { force: true })
}

const first = sizes['app.css'] + sizes['app.js']
const parts = Object.entries(sizes).map(([name, size]) => `${name} ${(size / 1000).toFixed(1)} kB`).join(', ')
console.log(`assets: ${parts}; first load ${(first / 1000).toFixed(1)} kB compressed, ${Date.now() - started} ms`)
if (first > FIRST_LOAD_LIMIT) {
  console.error(`assets: first load is over ${FIRST_LOAD_LIMIT / 1000} kB`)
  process.exit(1)
}
