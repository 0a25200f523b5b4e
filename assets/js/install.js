// Where the browser allows it, a service worker keeps the pages that were open; one that comes from there says so.
import { all, el, icon, word } from './dom.js'

const PAGES = 'planner-pages-'

export function startInstall () {
  const { user, lockAfter, cold } = document.body.dataset
  if (cold) tellCold(cold)
  for (const place of all('[data-kept-pages]')) showKept(place)
  if (!window.isSecureContext || !navigator.serviceWorker) return
  // A desk that many share keeps no pages of anybody.
  if (lockAfter || document.querySelector('[data-lock-screen]')) leave()
  else if (user) window.addEventListener('load', () => navigator.serviceWorker.register('/sw.js').catch(() => {}))
}

async function leave () {
  try {
    for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister()
    for (const name of await caches.keys()) await caches.delete(name)
  } catch { /* there is none */ }
}

/** The addresses of the pages that open without a network. */
export async function keptPages () {
  const found = []
  if (!window.isSecureContext || !window.caches) return found
  try {
    for (const name of await caches.keys()) {
      if (!name.startsWith(PAGES)) continue
      const cache = await caches.open(name)
      for (const asked of await cache.keys()) found.push({ url: asked.url, cache })
    }
  } catch { /* this browser keeps none */ }
  return found
}

export async function isKept (address) {
  const url = new URL(address, location.href)
  return (await keptPages()).some(each => each.url === url.origin + url.pathname + url.search)
}

async function showKept (place) {
  const rows = []
  const told = new Set()
  for (const { url, cache } of (await keptPages()).reverse()) {
    // A list that was looked at through several filters is one list.
    const { pathname } = new URL(url)
    if (told.has(pathname)) continue
    told.add(pathname)
    const answer = await cache.match(url)
    const title = answer ? /<title>([^<]*)/.exec(await answer.text()) : null
    if (title) rows.push(el('li', { class: 'item' }, el('div', { class: 'item-main' }, el('a', { class: 'item-title', href: url }, new DOMParser().parseFromString(title[1], 'text/html').body.textContent))))
  }
  place.hidden = !rows.length
  place.querySelector('ul').replaceChildren(...rows)
}

function tellCold (since) {
  const at = new Date(since).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' })
  const note = el('div', { class: 'note note-warn', role: 'status' }, icon('cloud-off'), el('div', { class: 'note-body' }, word('cold').replace('%s', at)))
  const place = document.querySelector('.page-in')
  if (place) place.prepend(note)
  document.addEventListener('planner:polled', event => { if (event.detail.ok) note.remove() })
  window.addEventListener('online', () => { if (!document.querySelector('[data-poll]')) location.reload() })
}
