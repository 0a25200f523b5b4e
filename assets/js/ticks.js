// The queue of ticks: shown at once, kept on this device, sent in order, exactly once in effect (each carries its own id).
import { serverNow } from './clock.js'
import { all, el, icon, newId, on, parse, say, swapped, unfold } from './dom.js'
import { process } from './htmx.js'
import * as photos from './photos.js'
import { hideLater } from './small.js'
import * as store from './tickstore.js'

const BACK_OFF = [1, 2, 4, 8, 15, 30, 60]
const ANSWER_MS = 20000
const PHOTO_MS = 120000

let user = ''
let signIn = false

// What is tapped goes in order, one at a time; photos go beside it, so that a tick never waits behind a large one.
const lanes = [false, true].map(photo => ({ photo, sending: false, tries: 0, timer: 0 }))

export function startTicks () {
  user = document.body.dataset.user || ''
  if (!user) return
  document.addEventListener('submit', tapped)
  document.addEventListener('planner:swapped', paint)
  window.addEventListener('online', now)
  window.addEventListener('pageshow', now)
  window.addEventListener('pagehide', store.release)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) now() })
  window.addEventListener('storage', event => { if (store.isTickKey(event.key)) { paint(); lanes.forEach(lane => plan(lane, 3)) } })
  on('click', 'a[data-unfold]', (event, link) => { if (unfold(link.hash.slice(1))) { event.preventDefault(); hideStrip() } })
  photos.startPhotos(photographed)
  photos.tidy(new Set(store.photos()))
  paint()
  pumpAll()
}

function now () { signIn = false; for (const lane of lanes) { lane.tries = 0; pump(lane) } }

function pumpAll () { lanes.forEach(pump) }

function plan (lane, seconds) {
  clearTimeout(lane.timer)
  lane.timer = setTimeout(pump, seconds * 1000, lane)
}

const rowOf = form => form.closest('[data-tick-row]')
const opposite = to => to === 'open' ? 'done' : 'open'

const linesOf = form => Array.from(form.elements).filter(field => ['text', 'textarea'].includes(field.type))

/** What somebody typed into a form, as they typed it. */
const typedIn = form => linesOf(form).map(field => field.value.trim()).filter(Boolean).join(' ')

function tapped (event) {
  const form = event.target
  if (!form.matches || !form.matches('form[data-tick]') || event.defaultPrevented) return
  event.preventDefault()
  // One form may serve the boxes of all rows: then the button says what it does and to which row.
  const button = event.submitter
  const act = button && button.hasAttribute('formaction') ? button : form
  const row = rowOf(act)
  const waiting = row ? store.list(user).filter(entry => entry.row === row.id && entry.state === 'pending') : []
  const last = waiting[waiting.length - 1]
  const isBox = act.matches('.tick-box') || Boolean(form.querySelector('.tick-box'))
  // The page still shows the state before the waiting tick: a second tap on the box means the way back.
  if (isBox && last && act.dataset.to && last.to === act.dataset.to) {
    goBack(last, row)
    hideStrip()
    return
  }
  // What waits to be done is first taken back, else the server would find nothing to leave out.
  if (act.dataset.to === 'skipped' && last && last.to !== 'open') goBack(last, row)
  const fields = Array.from(new FormData(form)).filter(([name, value]) => typeof value === 'string' && !['csrf_token', 'once', 'client_id'].includes(name))
  if (button && button.name) fields.push([button.name, button.value])
  const { undo = '', to = '', text = '', undoNote } = act.dataset
  const back = undoNote ? [['note', undoNote]] : []
  const entry = queue({ url: act.getAttribute('formaction') || form.getAttribute('action'), undo, to, text, fields, back, said: typedIn(form) }, row)
  if (entry.text && (entry.undo || !row || form.hasAttribute('data-strip'))) showStrip(entry, row)
  // These words are kept now: they hold up no refresh of the page any more.
  for (const field of linesOf(form)) field.defaultValue = field.value
  const menu = form.closest('details[open]')
  if (menu) menu.open = false
}

/** A photo waits like a tick, but behind what was tapped: it is large, and nobody waits for it. */
async function photographed (link, file) {
  const id = newId()
  const row = rowOf(link)
  await photos.keep(id, await photos.shrunk(file))
  const act = { id, url: link.getAttribute('href'), undo: '', to: 'photo', text: link.dataset.text, fields: [], back: [], said: '', photo: link.dataset.photo }
  const entry = queue(act, row)
  showStrip(entry, row)
}

function queue (act, row) {
  const entry = store.add(user, {
    id: newId(), ...act, row: row ? row.id : '', page: location.pathname + location.search,
    tapped: new Date(serverNow()).toISOString(), state: 'pending', message: ''
  })
  paint()
  pumpAll()
  return entry
}

/** Queues the way back of an act; going back again would repeat it with its own words. */
function goBack (entry, row) {
  if (entry.undo) queue({ url: entry.undo, undo: entry.url, to: opposite(entry.to), text: '', fields: entry.back || [], back: entry.fields, said: '' }, row)
}

const waitingIn = lane => store.list(user).filter(entry => entry.state === 'pending' && Boolean(entry.photo) === lane.photo)

function release () { if (!lanes.some(lane => lane.sending)) store.release() }

async function pump (lane) {
  if (lane.sending || signIn) return
  clearTimeout(lane.timer)
  if (!waitingIn(lane).length) { release(); return }
  if (!store.lease()) { plan(lane, 3); return }
  lane.sending = true
  let again = 0
  try {
    for (;;) {
      const entry = waitingIn(lane)[0]
      if (!entry || !store.lease()) break
      const wait = await send(entry, lane)
      if (wait) { again = wait; break }
      lane.tries = 0
    }
  } finally {
    lane.sending = false
    release()
  }
  paint()
  if (again) plan(lane, again)
  else if (waitingIn(lane).length && !signIn) plan(lane, 3)
}

/** Sends one tick. Returns 0 when it is settled, else the seconds to wait before the next try. */
async function send (entry, lane) {
  const stop = new AbortController()
  const limit = setTimeout(() => stop.abort(), entry.photo ? PHOTO_MS : ANSWER_MS)
  const body = entry.photo ? new FormData() : new URLSearchParams(entry.fields)
  if (entry.photo) {
    const found = await photos.find(entry.id)
    if (!found) { clearTimeout(limit); fail(entry, { message: words(document.getElementById(entry.row)).lost }); return 0 }
    body.set('photo', found, 'photo.jpg')
  }
  const token = document.querySelector('input[name="csrf_token"]')
  if (token) body.set('csrf_token', token.value)
  body.set('once', entry.id)
  body.set('client_id', entry.id)
  body.set('tapped_at', entry.tapped)
  let answer
  let told = null
  try {
    answer = await fetch(entry.url, {
      method: 'POST',
      body,
      headers: { 'X-Requested-With': 'tick', 'X-Acting': user, Accept: 'application/json' },
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      signal: stop.signal
    })
    if ((answer.headers.get('Content-Type') || '').includes('json')) told = await answer.json()
  } catch {
    return backOff(lane)
  } finally {
    clearTimeout(limit)
  }
  if (answer.type === 'opaqueredirect' || answer.status === 401) {
    signIn = true
    return 0.01
  }
  if (answer.ok && told) {
    if (told.ok) { settle(entry, told); return 0 }
    fail(entry, told)
    return 0
  }
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500 || answer.ok) {
    return Math.max(backOff(lane), Number(answer.headers.get('Retry-After')) || 0)
  }
  fail(entry, told)
  return 0
}

function backOff (lane) {
  const seconds = BACK_OFF[Math.min(lane.tries, BACK_OFF.length - 1)]
  lane.tries += 1
  return seconds
}

function drop (entry) {
  store.drop(entry)
  if (entry.photo) photos.forget(entry.id)
}

/** What the server asks about (`ask` is the word for yes) waits for an answer like what it refused. */
function fail (entry, told) {
  entry.state = 'failed'
  entry.message = (told && told.message) || ''
  entry.ask = (told && told.ask) || ''
  if (document.querySelector(`.undo[data-entry="${entry.id}"]`)) hideStrip()
  store.put(entry)
  paint()
  const row = document.getElementById(entry.row)
  say([entry.ask ? '' : words(row).failed, entry.message].filter(Boolean).join(': '))
}

function settle (entry, told) {
  drop(entry)
  const row = entry.row ? document.getElementById(entry.row) : null
  if (row && told.row_html && !(told.noted && linesOf(row.querySelector('form')).some(field => field.value !== field.defaultValue))) {
    const fresh = parse(told.row_html).firstElementChild
    if (fresh) {
      const focused = row.contains(document.activeElement)
      const marked = row.classList.contains('row-on')
      row.replaceWith(fresh)
      if (marked) fresh.classList.add('row-on')
      if (focused) { const box = fresh.querySelector('.tick-box'); if (box) box.focus({ preventScroll: true }) }
      process(fresh)
      const place = fresh.querySelector('[data-sync]')
      if (place && !place.textContent.trim()) {
        place.textContent = told.notice || words(fresh).synced
        setTimeout(() => { if (place.textContent === words(fresh).synced) place.textContent = '' }, 3000)
      }
      swapped(fresh)
    }
  } else if (row) {
    delete row.dataset.was
    delete row.dataset.said
    row.classList.remove('is-pending')
    const place = row.querySelector('[data-sync]')
    if (place) place.textContent = words(row).synced
  }
  const head = document.querySelector('[data-tick-head]')
  if (head && told.head_html) { head.replaceChildren(parse(told.head_html)); process(head); swapped(head) }
  offerUndo(entry, told)
  if (!told.row_html || told.noted) document.dispatchEvent(new Event('planner:noted'))
  if (told.message) say(told.message)
  paint()
}

function words (row) {
  const list = row ? row.closest('[data-ticks]') : document.querySelector('[data-ticks]')
  const read = name => list ? list.getAttribute(`data-word-${name}`) || '' : ''
  return { pending: read('pending'), synced: read('synced'), failed: read('failed'), retry: read('retry'), drop: read('drop'), undo: read('undo'), signin: read('signin'), lost: read('lost') }
}

/** Draws what waits and what failed over the rows the server drew. */
function paint () {
  const waiting = store.list(user)
  const rows = new Map()
  for (const entry of waiting) if (entry.row) rows.set(entry.row, (rows.get(entry.row) || []).concat(entry))
  for (const row of all('[data-tick-row]')) {
    const entries = rows.get(row.id)
    if (entries) paintRow(row, entries)
    else clearRow(row)
  }
  paintCount(waiting)
}

const standing = row => ['done', 'skipped'].find(state => row.classList.contains(`is-${state}`)) || 'open'

function stand (row, to) {
  row.classList.toggle('is-done', to === 'done')
  row.classList.toggle('is-skipped', to === 'skipped')
  const box = row.querySelector('.tick-box')
  if (box) box.setAttribute('aria-pressed', to === 'done' ? 'true' : 'false')
}

function paintRow (row, entries) {
  if (row.dataset.was === undefined) row.dataset.was = standing(row)
  const pending = entries.filter(entry => entry.state === 'pending')
  const failed = entries.filter(entry => entry.state === 'failed')
  const last = pending[pending.length - 1]
  row.classList.toggle('is-pending', Boolean(last))
  row.classList.toggle('is-failed', !last && failed.length > 0)
  stand(row, last && last.to ? last.to : row.dataset.was)
  paintSaid(row, last)
  const place = row.querySelector('[data-sync]')
  if (!place) return
  const say = words(row)
  const key = last ? `p${signIn}${last.id}` : failed.map(entry => entry.id + entry.message).join()
  if (place.dataset.shows === key && place.childNodes.length) return
  place.dataset.shows = key
  if (last) {
    place.replaceChildren(icon('refresh-cw'), ` ${[signIn ? say.signin : say.pending, last.photo || last.said].filter(Boolean).join(': ')}`)
    return
  }
  const one = failed[0]
  const retry = el('button', { type: 'button', class: 'btn btn-secondary btn-s' }, one.ask || say.retry)
  const forget = el('button', { type: 'button', class: 'btn btn-quiet btn-s' }, say.drop)
  retry.addEventListener('click', () => { for (const entry of failed) { if (entry.ask) entry.fields.push(['sure', 'y']); entry.state = 'pending'; entry.message = entry.ask = ''; store.put(entry) } now(); paint() })
  forget.addEventListener('click', () => { failed.forEach(drop); paint() })
  place.replaceChildren(icon('circle-alert'), ` ${[one.ask ? '' : say.failed, one.message, one.ask ? '' : one.photo || one.said].filter(Boolean).join(one.ask ? ' ' : ': ')} `, el('div', {}, retry, forget))
}

/** A row that shows words shows the new ones at once, and the old ones again where they were not wanted after all. */
function paintSaid (row, last) {
  const place = row.querySelector('[data-said]')
  if (!place) return
  if (last && last.said) {
    if (row.dataset.said === undefined) row.dataset.said = place.textContent
    place.textContent = last.said
  } else if (row.dataset.said !== undefined) {
    place.textContent = row.dataset.said
    delete row.dataset.said
  }
}

function clearRow (row) {
  if (row.dataset.was === undefined) return
  row.classList.remove('is-pending', 'is-failed')
  stand(row, row.dataset.was)
  paintSaid(row, null)
  delete row.dataset.was
  const place = row.querySelector('[data-sync]')
  if (place) { place.textContent = ''; delete place.dataset.shows }
}

function paintCount (waiting) {
  for (const place of all('[data-tick-count]')) {
    const pending = waiting.filter(entry => entry.state === 'pending').length
    const elsewhere = waiting.find(entry => entry.state === 'failed' && !document.getElementById(entry.row))
    const parts = []
    if (pending) parts.push((place.dataset.word || '%s').replace('%s', pending))
    else if (!elsewhere && place.dataset.wordNone) parts.push(place.dataset.wordNone)
    if (!store.durable && place.dataset.wordNostore) parts.push(` ${place.dataset.wordNostore}`)
    if (elsewhere) parts.push(' ', el('a', { href: elsewhere.page }, place.dataset.wordFailed || '!'))
    place.replaceChildren(...parts)
    place.hidden = parts.length === 0
  }
}

function undoButton (row, act) {
  const button = el('button', { type: 'button', class: 'undo-act' }, words(row).undo)
  button.addEventListener('click', () => { hideStrip(); act() })
  return button
}

/** What is noted can be withdrawn once the server has named it, while its strip still stands. */
function offerUndo (entry, told) {
  const strip = document.querySelector('.undo[data-tick-strip]')
  const url = told.undo_url
  if (!url || !strip || strip.dataset.entry !== entry.id) return
  if (told.more_url) strip.append(el('a', { class: 'undo-act', href: told.more_url, 'data-unfold': true }, told.more))
  strip.append(undoButton(null, () => queue({ url, undo: '', to: 'withdrawn', text: '', fields: [], back: [], said: '' }, null)))
}

function hideStrip () {
  const old = document.querySelector('.undo[data-tick-strip]')
  if (old) old.remove()
}

function showStrip (entry, row) {
  for (const old of all('.undo')) old.remove()
  const strip = el('div', { class: 'undo', 'data-tick-strip': true, 'data-entry': entry.id, 'data-seconds': '10' }, icon({ open: 'circle', skipped: 'circle-minus' }[entry.to] || 'circle-check'), el('span', { class: 'undo-text' }, entry.text))
  if (entry.undo) {
    strip.append(undoButton(row, () => {
      const again = row ? document.getElementById(row.id) : null
      goBack(entry, again)
      const box = again && again.querySelector('.tick-box')
      if (box) box.focus({ preventScroll: true })
    }))
  }
  document.body.append(strip)
  hideLater(strip)
  say(entry.text)
}
