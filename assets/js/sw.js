// The service worker, over HTTPS and on this machine only: pages that were open once open again without a network, as they
// were last seen, and the queue of ticks works on them. Nothing of one account is ever shown to another: pages lie under
// the account they were made for, and go when somebody signs out or somebody else comes.
/* global BUILD, FILES, self, caches, clients */
const ASSETS = `planner-assets-${BUILD}`
const PAGES = 'planner-pages-'
const WHO = 'planner-who'
const OFFLINE = '/offline'
const KEPT = /^\/(sessions\/\d+\/checklist)?$/
const DOORS = /^\/(login|station|first-run)(\/|$)/
const OUT = /^\/(logout|sign-out|station\/lock)$/
const USER = /<body[^>]* data-user="(\d+)"/
const SHARED = /<body[^>]* data-lock-after=/
const MOST = 16
const PATIENCE_MS = 6000

self.addEventListener('install', event => event.waitUntil(install()))
self.addEventListener('activate', event => event.waitUntil(activate()))

async function install () {
  const cache = await caches.open(ASSETS)
  // The page for no network is nobody's: asked for without saying who asks.
  await cache.addAll([...FILES, OFFLINE].map(path => new Request(path, { cache: 'reload', credentials: 'omit' })))
  await self.skipWaiting()
}

/** Pages of an earlier build need its files: they are asked for anew first, and what can't be had now keeps its files. */
async function activate () {
  await clients.claim()
  const names = await caches.keys()
  let fresh = true
  for (const name of names.filter(each => each.startsWith(PAGES))) {
    const cache = await caches.open(name)
    for (const asked of await cache.keys()) fresh = await renew(cache, asked.url) && fresh
  }
  if (fresh) for (const name of names) if (name.startsWith('planner-assets-') && name !== ASSETS) await caches.delete(name)
}

async function renew (cache, url) {
  try {
    const answer = await fetch(url, { credentials: 'same-origin', redirect: 'manual' })
    if (answer.ok) await keep(url, answer)
    else await cache.delete(url)
    return true
  } catch {
    return false
  }
}

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method !== 'GET') {
    if (OUT.test(url.pathname)) event.waitUntil(forget())
    return
  }
  if (url.pathname.startsWith('/static/build/')) { event.respondWith(file(request)); return }
  if (request.mode === 'navigate') event.respondWith(page(event, url))
})

async function file (request) {
  return await caches.match(request) || fetch(request)
}

async function page (event, url) {
  const address = url.pathname + url.search
  const keeps = KEPT.test(url.pathname)
  const asked = fetch(event.request)
  // A door is only reached by whoever is not, or no longer, signed in.
  if (DOORS.test(url.pathname)) event.waitUntil(asked.then(forget, () => {}))
  try {
    const answer = keeps ? await soon(asked, address) : await asked
    if (keeps && answer.status >= 500) return await seen(address) || answer
    if (keeps && answer.ok) event.waitUntil(keep(address, answer.clone()))
    if (keeps && [403, 404].includes(answer.status)) event.waitUntil(drop(address))
    return answer
  } catch {
    return await seen(address) || await caches.match(OFFLINE) || Response.error()
  }
}

/** The answer; where it takes long and the page was seen before, what was seen. */
async function soon (asked, address) {
  const late = new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
  const first = await Promise.race([asked, late])
  if (first) return first
  const kept = await seen(address)
  return kept || asked
}

const who = async () => { const told = await caches.match('/who', { cacheName: WHO }); return told ? told.text() : '' }

async function keep (address, answer) {
  const text = await answer.text()
  const user = USER.exec(text)
  if (!user || SHARED.test(text)) return
  if (user[1] !== await who()) {
    await forget()
    await (await caches.open(WHO)).put('/who', new Response(user[1]))
  }
  const cache = await caches.open(PAGES + user[1])
  const headers = new Headers({ 'Content-Type': 'text/html; charset=utf-8', 'X-Kept-At': new Date().toISOString() })
  for (const name of ['Content-Security-Policy', 'Referrer-Policy', 'Permissions-Policy', 'X-Content-Type-Options', 'Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy']) {
    if (answer.headers.get(name)) headers.set(name, answer.headers.get(name))
  }
  await cache.delete(address)
  await cache.put(address, new Response(text, { headers }))
  const known = await cache.keys()
  for (const old of known.slice(0, Math.max(0, known.length - MOST))) await cache.delete(old)
}

/** A page as it was last seen by whoever is signed in; its clock is not the server's any more, and it says so. */
async function seen (address) {
  const user = await who()
  if (!user) return null
  const cache = await caches.open(PAGES + user)
  const kept = await cache.match(address) || await cache.match(address, { ignoreSearch: true })
  if (!kept) return null
  const text = (await kept.text())
    .replace(/<meta name="server-now"[^>]*>/, '')
    .replace('<body', `<body data-cold="${kept.headers.get('X-Kept-At')}"`)
  return new Response(text, { headers: kept.headers })
}

async function drop (address) {
  const user = await who()
  if (user) await (await caches.open(PAGES + user)).delete(address)
}

async function forget () {
  for (const name of await caches.keys()) if (name.startsWith(PAGES) || name === WHO) await caches.delete(name)
}
