// The queue of ticks: shown at once, kept on this device, sent in order, exactly once in effect (each carries its own id).
import { clockKnown, hearClock, serverNow } from './clock.js'
import { all, el, icon, newId, on, parse, say, swapped, unfold } from './dom.js'
import { process } from './htmx.js'
import * as photos from './photos.js'
import { forgetProducts, productsLeft } from './products.js'
import { copyText, hideLater } from './small.js'
import * as store from './tickstore.js'
import { forgetTyped } from './typed.js'

const BACK_OFF = [1, 2, 4, 8, 15, 30, 60]
const ANSWER_MS = 20000
const PHOTO_MS = 120000
const REFRESH_MS = 2000
// More than these go together, at most so many at once; the server answers each for itself.
const SINGLE = 3
const TOGETHER = 50
const TICK = /^(.*)\/checklist-items\/(\d+)\/(tick|untick|skip)$/
const PLAIN = ['note', 'reason', 'show']
const ACTS = { tick: 'done', untick: 'untick', skip: 'skip' }

let user = ''
let signIn = false
let together = true
let renewing = false

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
  on('click', 'a[data-unfold]', (event, link) => { if (unfold(link.hash.slice(1))) { event.preventDefault(); hideStrip() } })
  photos.startPhotos(photographed)
  on('change', '[data-item-photos]', chosen)
  store.startStore(changed).then(() => {
    photos.tidy(new Set(store.photos()))
    pumpAll()
  })
  paint()
}

/** Another tab has tapped or sent. */
function changed () {
  paint()
  for (const lane of lanes) if (!lane.sending) plan(lane, 3)
}

function now () { signIn = false; for (const lane of lanes) { lane.tries = 0; pump(lane) } }

function pumpAll () { lanes.forEach(pump) }

function plan (lane, seconds) {
  clearTimeout(lane.timer)
  lane.timer = setTimeout(pump, seconds * 1000, lane)
}

const rowOf = form => form.closest('[data-tick-row]')
const opposite = to => to === 'open' ? 'done' : 'open'

const linesOf = form => Array.from(form.elements).filter(field => ['text', 'textarea', 'number'].includes(field.type))

/** What somebody typed into a form, as they typed it. */
const typedIn = form => linesOf(form).map(field => field.value.trim()).filter(Boolean).join(' ')

function tapped (event) {
  const form = event.target
  if (!form.matches || !form.matches('form[data-tick]') || event.defaultPrevented) return
  event.preventDefault()
  // One form may serve the boxes of all rows: then the button says what it does and to which row.
  const button = event.submitter
  const act = button && button.hasAttribute('formaction') ? button : form
  if (act.dataset.to !== 'failed' && (lacksPhotos(form) || lacksProducts(form) || outOfRange(form))) return
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
  // What was refused is replaced by what is typed in its place.
  if (row && ['done', 'failed'].includes(act.dataset.to)) for (const old of store.list(user)) if (old.row === row.id && old.state === 'failed' && !old.photo && TICK.test(old.url)) drop(old)
  const { undo = '', to = '', text = '', undoGiven } = act.dataset
  const back = undoGiven ? JSON.parse(undoGiven) : []
  const entry = queue({ url: act.getAttribute('formaction') || form.getAttribute('action'), undo, to, text, fields, back, said: typedIn(form) }, row)
  if (entry.text && (entry.undo || !row || form.hasAttribute('data-strip'))) showStrip(entry, row)
  // These words are kept now: they hold up no refresh of the page any more.
  for (const field of linesOf(form)) field.defaultValue = field.value
  forgetTyped(linesOf(form))
  if (act.dataset.to === 'failed') paintFaults(row, {})
  const menu = form.closest('details[open]')
  if (menu) menu.open = false
}

/** Whether an item asks for more photos than there are, and no words stand for them; says so beside them. */
function lacksPhotos (form) {
  const row = rowOf(form)
  const camera = row && form.matches('[enctype]') && row.querySelector('[data-item-photos]')
  if (!camera) return false
  const words = row.querySelector('.tick-words')
  const lacks = Number(camera.dataset.least) > Number(camera.dataset.have) + photosOf(row).length && !(words && words.value.trim())
  paintFaults(row, lacks ? { photos: camera.dataset.wordLacks } : {})
  if (lacks) camera.focus()
  return lacks
}

/** Whether a product of the lineup has not been gone through; says so beneath the list and opens it. */
function lacksProducts (form) {
  const row = rowOf(form)
  const list = row && form.dataset.to === 'done' && row.querySelector('[data-products]')
  if (!list) return false
  const left = productsLeft(list)
  paintFaults(row, left ? { lineup: list.dataset.wordLacks.replace('%s', left) } : {})
  if (left) { list.open = true; list.querySelector('summary').focus() } else forgetProducts(list)
  return left > 0
}

/** Whether a number lies outside of its range: said beside the field, with the button that keeps it all the same. */
function outOfRange (form) {
  const row = rowOf(form)
  const field = row && form.dataset.to === 'done' && row.querySelector('[data-word-range]')
  if (!field) return false
  const { least, most, wordRange } = field.dataset
  const value = Number(field.value)
  const out = (least !== undefined && value < Number(least)) || (most !== undefined && value > Number(most))
  paintFaults(row, out ? { number: wordRange } : {})
  if (out) field.focus()
  return out
}

const photosOf = row => store.list(user).filter(entry => entry.row === row.id && entry.before && entry.state === 'pending')

/** What the server, or this page, misses in a row stands beside its field. */
function paintFaults (row, faults) {
  for (const place of all('[data-fault]', row)) {
    const told = faults[place.dataset.fault] || ''
    place.hidden = !told
    place.querySelector('span').textContent = told
    const field = row.querySelector(`[aria-describedby="${place.id}"]`)
    if (field && told) field.setAttribute('aria-invalid', 'true')
    else if (field) field.removeAttribute('aria-invalid')
  }
  for (const way of all('[data-way-of]', row)) way.hidden = !faults[way.dataset.wayOf]
}

/** The photos of an item go before its tick, each by itself; the tick waits for them. */
async function chosen (event, field) {
  const row = rowOf(field)
  const files = Array.from(field.files)
  field.value = ''
  const room = Number(field.dataset.most) - Number(field.dataset.have) - photosOf(row).length
  paintFaults(row, files.length > room ? { photos: field.dataset.wordMost } : {})
  for (const file of files.slice(0, Math.max(0, room))) {
    const id = newId()
    await photos.keep(id, await photos.shrunk(file, 1600))
    queue({ id, url: field.dataset.itemPhotos, undo: '', to: '', text: field.dataset.word, fields: [], back: [], said: '', photo: field.dataset.word, before: true }, row)
  }
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
    at: Date.now(), tapped: clockKnown() ? new Date(serverNow()).toISOString() : '', state: 'pending', message: ''
  })
  paint()
  pumpAll()
  return entry
}

/** Queues the way back of an act; going back again would repeat it with its own words. */
function goBack (entry, row) {
  if (entry.undo) queue({ url: entry.undo, undo: entry.url, to: opposite(entry.to), text: '', fields: entry.back || [], back: entry.fields, said: '' }, row)
}

/** A tick stands back while photos of its row are on their way. */
function waitingIn (lane) {
  const pending = store.list(user).filter(entry => entry.state === 'pending')
  const held = new Map(pending.filter(entry => entry.before).map(entry => [entry.row, entry.key]))
  return pending.filter(entry => Boolean(entry.photo) === lane.photo && (lane.photo || !(held.get(entry.row) < entry.key)))
}

function release () { if (!lanes.some(lane => lane.sending)) store.release() }

async function pump (lane) {
  if (lane.sending || signIn) return
  clearTimeout(lane.timer)
  if (!waitingIn(lane).length) { release(); return }
  if (!store.lease()) { plan(lane, 3); return }
  lane.sending = true
  let again = 0
  try {
    await Promise.race([store.refresh(), new Promise(resolve => setTimeout(resolve, REFRESH_MS))])
    for (;;) {
      const waiting = waitingIn(lane)
      if (!waiting.length || !store.lease()) break
      const many = waiting.length > SINGLE && together ? leading(waiting) : []
      const wait = many.length > 1 ? await sendMany(many, lane) : await send(waiting[0], lane)
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

/** When it was tapped, by the server's clock; a phone that did not know that clock is corrected by what it is off now. */
const tappedAt = entry => entry.tapped || new Date(entry.at + serverNow() - Date.now()).toISOString()

/** The ticks at the head of what waits, up to the first act of another kind. */
function leading (waiting) {
  const plain = entry => TICK.test(entry.url) && entry.fields.every(([name]) => PLAIN.includes(name))
  const other = waiting.findIndex(entry => !plain(entry))
  return waiting.slice(0, Math.min(TOGETHER, other < 0 ? waiting.length : other))
}

function actOf (entry) {
  const [, , item, what] = TICK.exec(entry.url)
  const said = entry.fields.find(([name]) => name === 'note' || name === 'reason')
  // The moment as this phone's clock has it now: the server takes the difference to its own off.
  const tapped = new Date(Date.parse(tappedAt(entry)) - (serverNow() - Date.now())).toISOString()
  const given = Object.fromEntries(entry.fields.filter(([name]) => ['number', 'link', 'answer'].includes(name)))
  return { id: entry.id, item: Number(item), act: ACTS[what], note: said ? said[1] : '', given, tapped }
}

/** Asks the server something on behalf of the queue; null where there is no network. */
async function ask (url, body, headers, patience) {
  const stop = new AbortController()
  const limit = setTimeout(() => stop.abort(), patience)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'X-Requested-With': 'tick', 'X-Acting': user, Accept: 'application/json', ...headers },
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      signal: stop.signal
    })
    hearClock(answer)
    const told = (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : null
    return { answer, told }
  } catch {
    return null
  } finally {
    clearTimeout(limit)
  }
}

/** The seconds to wait after an answer that says nothing about the act itself; null after one that does. */
function waitAfter (came, lane) {
  if (!came) return backOff(lane)
  const { answer, told } = came
  if (answer.type === 'opaqueredirect' || answer.status === 401) {
    signIn = true
    return 0.01
  }
  if (answer.ok && told) return null
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500 || answer.ok) {
    return Math.max(backOff(lane), Number(answer.headers.get('Retry-After')) || 0)
  }
  return null
}

/** A page that was open while somebody signed in anew holds an old token; the next look at it brings the new one. */
async function renewed (came) {
  if (came.answer.status !== 400 || renewing) return false
  renewing = true
  try {
    const page = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' })
    const fresh = parse(await page.text()).querySelector('input[name="csrf_token"]')
    if (!fresh || fresh.value === token()) return false
    for (const field of all('input[name="csrf_token"]')) field.value = fresh.value
    return true
  } catch {
    return false
  }
}

const token = () => { const field = document.querySelector('input[name="csrf_token"]'); return field ? field.value : '' }

/** Sends several ticks at once; each has its own answer. Returns the seconds to wait before the next try, or 0. */
async function sendMany (entries, lane) {
  const place = TICK.exec(entries[0].url)[1]
  const body = JSON.stringify({ now: new Date().toISOString(), acts: entries.map(actOf) })
  const came = await ask(`${place}/checklists/replay`, body, { 'Content-Type': 'application/json', 'X-CSRFToken': token() }, ANSWER_MS * 2)
  const wait = waitAfter(came, lane)
  if (wait !== null) return wait
  if (await renewed(came)) return 0
  if (!came.answer.ok || !Array.isArray(came.told.answers)) {
    // The server does not take them together: one by one each is told why.
    together = false
    return 0
  }
  renewing = false
  const answers = new Map(came.told.answers.map(each => [each.id, each]))
  for (const entry of entries) {
    const told = answers.get(entry.id)
    if (!told) continue
    if (told.result === 'refused') fail(entry, told)
    else settle(entry, { row_html: told.row_html, noted: !told.row_html, quiet: true })
  }
  document.dispatchEvent(new Event('planner:noted'))
  return answers.size ? 0 : backOff(lane)
}

/** Sends one tick. Returns 0 when it is settled, else the seconds to wait before the next try. */
async function send (entry, lane) {
  const body = entry.photo ? new FormData() : new URLSearchParams(entry.fields)
  if (entry.photo) {
    const found = await photos.find(entry.id)
    if (!found) { fail(entry, { message: words(document.getElementById(entry.row)).lost }); return 0 }
    body.set('photo', found, 'photo.jpg')
  }
  if (!clockKnown() && !entry.tapped) await fetch('/healthz', { cache: 'no-store' }).then(hearClock, () => {})
  body.set('csrf_token', token())
  body.set('once', entry.id)
  body.set('client_id', entry.id)
  body.set('tapped_at', tappedAt(entry))
  const came = await ask(entry.url, body, {}, entry.photo ? PHOTO_MS : ANSWER_MS)
  const wait = waitAfter(came, lane)
  if (wait !== null) return wait
  if (await renewed(came)) return 0
  if (came.answer.ok) renewing = false
  if (came.answer.ok && came.told.ok) settle(entry, came.told)
  else fail(entry, came.told)
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
  if (entry.before) pumpAll()
}

/** What the server asks about (`ask` is the word for yes) waits for an answer like what it refused. */
function fail (entry, told) {
  entry.state = 'failed'
  entry.message = (told && told.message) || ''
  entry.ask = (told && told.ask) || ''
  entry.faults = (told && told.faults) || {}
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
      // A photo has come: what is being typed beside it stays.
      if (entry.before) keepTyped(row, fresh)
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
  if (told.news || (!told.quiet && (!told.row_html || told.noted))) document.dispatchEvent(new Event('planner:noted'))
  if (told.message) say(told.message)
  paint()
}

function keepTyped (row, fresh) {
  for (const field of all('.tick-asked .input:not([type="file"])', row)) {
    const place = field.id && fresh.querySelector(`#${field.id}`)
    if (place && field.value !== place.value) place.value = field.value
  }
}

function words (row) {
  const list = row ? row.closest('[data-ticks]') : document.querySelector('[data-ticks]')
  const read = name => list ? list.getAttribute(`data-word-${name}`) || '' : ''
  return { pending: read('pending'), synced: read('synced'), failed: read('failed'), retry: read('retry'), drop: read('drop'), copy: read('copy'), copied: read('copied'), undo: read('undo'), signin: read('signin'), lost: read('lost') }
}

/** Draws what waits and what failed over the rows the server drew. */
function paint () {
  for (const field of all('[data-item-photos]')) field.parentElement.classList.add('is-taken')
  const waiting = store.list(user)
  const rows = new Map()
  for (const entry of waiting) if (entry.row) rows.set(entry.row, (rows.get(entry.row) || []).concat(entry))
  for (const row of all('[data-tick-row]')) {
    const entries = rows.get(row.id)
    if (entries) paintRow(row, entries)
    else clearRow(row)
  }
  paintCount(waiting)
  paintUnsent(waiting)
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
  paintFaults(row, Object.assign({}, ...failed.map(entry => entry.faults || {})))
  // What stands beside its field is not said twice.
  const beside = one.faults && Object.keys(one.faults).some(name => row.querySelector(`[data-fault="${name}"]`))
  const told = [one.ask ? '' : say.failed, beside ? '' : one.message].filter(Boolean).join(': ')
  place.replaceChildren(icon('circle-alert'), ` ${[told, one.ask ? '' : one.photo || one.said].filter(Boolean).join(' · ')} `, waysOut(failed, say))
}

/** What failed is tried again, taken along as text, or given up. */
function waysOut (failed, say) {
  const [one] = failed
  const retry = el('button', { type: 'button', class: 'btn btn-secondary btn-s' }, one.ask || say.retry)
  const forget = el('button', { type: 'button', class: 'btn btn-quiet btn-s' }, say.drop)
  retry.addEventListener('click', () => {
    for (const entry of failed) {
      if (entry.ask) entry.fields.push(['sure', 'y'])
      entry.state = 'pending'
      entry.message = entry.ask = ''
      store.put(entry)
    }
    together = true
    now()
    paint()
  })
  forget.addEventListener('click', event => {
    const row = event.target.closest('[data-tick-row]')
    failed.forEach(drop)
    if (row) paintFaults(row, {})
    paint()
  })
  // A photo that can't be read is none the next time either, and there is nothing to copy.
  if (one.photo && one.faults && Object.keys(one.faults).length) return el('div', {}, forget)
  if (one.ask || !say.copy) return el('div', {}, retry, forget)
  const copy = el('button', { type: 'button', class: 'btn btn-quiet btn-s' }, say.copy)
  copy.addEventListener('click', async () => { if (await copyText(failed.map(inWords).join('\n'))) copy.textContent = say.copied })
  return el('div', {}, retry, copy, forget)
}

const momentOf = entry => new Date(entry.tapped || entry.at || 0).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' })

/** An act as a line of text, for a chat. */
const inWords = entry => [momentOf(entry), entry.text, entry.said, entry.message].filter(Boolean).join(' · ')

/** What could not be applied and stands in no row of this page: kept with its words until somebody decides. */
function paintUnsent (waiting) {
  for (const place of all('[data-unsent]')) {
    const found = waiting.filter(entry => entry.state === 'failed' && (place.dataset.unsent === 'all' || !document.getElementById(entry.row)))
    const key = found.map(entry => entry.id + entry.message).join()
    place.hidden = !found.length
    if (place.dataset.shows === key) continue
    place.dataset.shows = key
    const say = words(place)
    const rows = place.querySelector('[data-unsent-rows]')
    rows.replaceChildren(...found.map(entry => el('li', { class: 'item' }, el('div', { class: 'item-main' },
      el('a', { class: 'item-title', href: entry.page }, [entry.text || entry.photo, entry.said].filter(Boolean).join(': ')),
      el('div', { class: 'item-meta' }, `${momentOf(entry)} · ${[say.failed, entry.message].filter(Boolean).join(': ')}`),
      waysOut([entry], say)))))
  }
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
    if (!store.durable() && place.dataset.wordNostore) parts.push(` ${place.dataset.wordNostore}`)
    if (elsewhere) parts.push(' ', el('a', { href: document.querySelector('[data-unsent]') ? '#unsent' : '/me/device#unsent' }, place.dataset.wordFailed || '!'))
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
  if (told.notice && strip && strip.dataset.entry === entry.id) strip.querySelector('.undo-text').textContent = told.notice
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
  const strip = el('div', { class: 'undo', 'data-tick-strip': true, 'data-entry': entry.id, 'data-seconds': '10' }, icon({ open: 'circle', skipped: 'circle-minus', failed: 'circle-alert' }[entry.to] || 'circle-check'), el('span', { class: 'undo-text' }, entry.text))
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
