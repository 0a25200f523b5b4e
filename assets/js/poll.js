// What others do appears by itself: a conditional GET every few seconds, answered 304 while nothing changed, and at once
// where a stream tells that something has. While it tells, the rhythm is slower: it only serves what time itself changes.
import { all, parse, swapped, typingIn } from './dom.js'
import { process } from './htmx.js'
import { isStreaming, startStream } from './stream.js'

const LEAST_MS = 250
const PRESS_MS = 80
const SLOWER = 3
const known = new WeakMap()
let pressed = null

export function startPolls () {
  schedule()
  startStream(names => { for (const place of all('[data-poll][data-live]')) if (concerns(place, names)) nudge(place) })
  document.addEventListener('pointerdown', event => { pressed = event.target }, { passive: true, capture: true })
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, letGo, { passive: true, capture: true })
  document.addEventListener('focusout', () => setTimeout(catchUp, PRESS_MS))
  document.addEventListener('toggle', () => setTimeout(catchUp, PRESS_MS), true)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) all('[data-poll]').forEach(ask) })
  window.addEventListener('online', () => all('[data-poll]').forEach(ask))
  document.addEventListener('planner:noted', () => all('[data-poll]').forEach(ask))
  document.addEventListener('planner:swapped', event => {
    const place = event.target instanceof Element ? event.target.parentElement && event.target.parentElement.closest('[data-poll]') : null
    const state = place && known.get(place)
    if (state) state.changed = performance.now()
    schedule()
  })
}

function schedule () {
  for (const place of all('[data-poll]')) {
    if (known.has(place)) continue
    const state = { etag: place.dataset.etag || null, running: false, timer: 0, failed: 0, changed: 0, again: false, behind: false, asked: -Infinity, took: 0 }
    known.set(place, state)
    plan(place, state)
  }
}

function plan (place, state) {
  clearTimeout(state.timer)
  const slower = place.dataset.live && !state.behind && isStreaming() ? SLOWER : 1
  const every = Math.max(2, Number(place.dataset.every) || 10) * 1000 * slower
  state.timer = setTimeout(() => ask(place), every * Math.min(8, 2 ** state.failed))
}

/** `data-live` names objects (session-12) or all of a kind (session). */
function concerns (place, names) {
  return names.includes('*') || place.dataset.live.split(' ').some(wanted => names.some(name => name === wanted || name.startsWith(`${wanted}-`)))
}

/** A row that went away under a finger would lose the tap: what came meanwhile is asked for right after it. */
function letGo () {
  setTimeout(() => { pressed = null; catchUp() }, PRESS_MS)
}

function catchUp () {
  for (const place of all('[data-poll]')) if (known.get(place) && known.get(place).behind) nudge(place)
}

/** Asks soon, four times a second at most, and less often where the answers take their time. */
function nudge (place) {
  const state = known.get(place)
  if (!state) return
  if (state.running) { state.again = true; return }
  if (document.hidden) return
  clearTimeout(state.timer)
  state.timer = setTimeout(ask, Math.max(0, state.asked + Math.max(LEAST_MS, state.took * 2) - performance.now()), place)
}

async function ask (place) {
  const state = known.get(place)
  if (!state || !place.isConnected) return
  if (state.running) { state.again = true; return }
  if (document.hidden || !place.dataset.poll) { plan(place, state); return }
  state.running = true
  clearTimeout(state.timer)
  const asked = state.asked = performance.now()
  try {
    const headers = { 'X-Requested-With': 'poll', Accept: 'text/html' }
    if (state.etag) headers['If-None-Match'] = state.etag
    const answer = await fetch(place.dataset.poll, { headers, credentials: 'same-origin', redirect: 'error', cache: 'no-store' })
    state.failed = 0
    count(answer.headers.get('X-Unread'))
    if (answer.headers.get('HX-Refresh') === 'true' && !busy(place)) {
      location.reload()
      return
    }
    if (answer.status === 200) {
      const html = await answer.text()
      // What is being typed or chosen right now wins, and so does a row this page changed since it asked;
      // the next round brings the news.
      state.behind = busy(place) || state.changed > asked
      if (!state.behind) {
        state.etag = answer.headers.get('ETag')
        swap(place, html)
      } else if (state.changed <= asked) {
        swapRows(place, html)
      }
    } else if (answer.status === 286) {
      place.removeAttribute('data-poll')
    } else if (answer.status !== 304) {
      state.failed += 1
    } else {
      state.behind = false
    }
  } catch {
    state.failed = Math.min(5, state.failed + 1)
  }
  state.running = false
  place.dispatchEvent(new CustomEvent('planner:polled', { bubbles: true, detail: { ok: !state.failed } }))
  state.took = performance.now() - asked
  if (state.again) { state.again = false; nudge(place); return }
  if (place.isConnected && place.hasAttribute('data-poll')) plan(place, state)
}

/** The bell counts what waits to be read: each answer of a poll says it anew. */
function count (unread) {
  if (unread === null) return
  for (const pip of all('[data-unread]')) {
    pip.hidden = unread === '0'
    pip.querySelector('[data-unread-count]').textContent = Number(unread) < 100 ? unread : '99+'
  }
}

/** Whether a swap would take something away: what is typed or chosen, also where the cursor has left it, or what is open and can't be found again. */
function busy (place) {
  const active = document.activeElement
  if (pressed && place.contains(pressed)) return true
  if (place.hasAttribute('data-held') || (active && place.contains(active) && typingIn(active))) return true
  if (all('input, textarea, select', place).some(changed)) return true
  return Boolean(place.querySelector('details[open]:not([id]), details.menu[open], details.confirm[open], dialog[open], form[data-sent]'))
}

/** While one row is written in, the others go on: each is replaced by itself. Which rows there are waits for the whole. */
function swapRows (place, html) {
  const came = parse(html)
  for (const row of all('[data-tick-row][id]', came)) {
    const old = document.getElementById(row.id)
    if (old && place.contains(old) && bare(old) !== bare(row) && !holds(old)) replaceRow(old, row)
  }
  for (const part of all('template[data-into]', came)) fill(part)
}

/** What a row says, without the keys that are new each time. */
const bare = row => row.outerHTML.replace(/name="(?:once|csrf_token|client_id)" value="[^"]*"| open=""/g, '')

/** Whether a finger, the cursor, something typed or something open is in it. */
function holds (row) {
  if ((pressed && row.contains(pressed)) || row.contains(document.activeElement)) return true
  if (all('input, textarea, select', row).some(changed)) return true
  return Boolean(row.querySelector('details[open]:not([id]), details.menu[open], form[data-sent]'))
}

function replaceRow (old, row) {
  const open = new Map(all('details[id]', old).map(details => [details.id, details.open]))
  for (const details of all('details[id]', row)) if (open.has(details.id)) details.open = open.get(details.id)
  if (old.classList.contains('row-on')) row.classList.add('row-on')
  const own = known.get(old.closest('[data-poll]'))
  const before = own && own.changed
  old.replaceWith(row)
  process(row)
  swapped(row)
  // This was no change of the page's own: what comes next is not older than it.
  if (own) own.changed = before
}

function changed (field) {
  if (field.type === 'hidden') return false
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked
  if (field.options) return field.selectedIndex !== Math.max(0, Array.from(field.options).findIndex(option => option.defaultSelected))
  return field.value !== field.defaultValue
}

function swap (place, html) {
  const active = document.activeElement
  const row = active && place.contains(active) ? active.closest('[id]') : null
  const way = row && active !== row ? pathOf(active, row) : null
  const open = new Map(all('details[id]', place).map(details => [details.id, details.open]))
  const marked = place.querySelector('.row-on[id]')
  const scrolled = all('[data-scrolls][id]', place).map(part => [part.id, part.scrollLeft, part.scrollTop])
  place.replaceChildren(parse(html))
  for (const part of all('template[data-into]', place)) fill(part)
  for (const details of all('details[id]', place)) if (open.has(details.id)) details.open = open.get(details.id)
  for (const [id, left, top] of scrolled) {
    const part = document.getElementById(id)
    if (part) [part.scrollLeft, part.scrollTop] = [left, top]
  }
  if (marked && document.getElementById(marked.id)) document.getElementById(marked.id).classList.add('row-on')
  if (row) {
    const again = document.getElementById(row.id)
    const target = again && way ? way.reduce((node, index) => node && node.children[index], again) : again
    if (target && target.focus) target.focus({ preventScroll: true })
  }
  process(place)
  swapped(place)
}

/** What stands elsewhere on the page comes along with the part. */
function fill (part) {
  const place = document.querySelector(part.dataset.into)
  if (!place || place.innerHTML.trim() === part.innerHTML.trim()) return
  place.replaceChildren(part.content.cloneNode(true))
  process(place)
}

function pathOf (element, ancestor) {
  const way = []
  for (let node = element; node !== ancestor; node = node.parentElement) way.unshift(Array.prototype.indexOf.call(node.parentElement.children, node))
  return way
}
