// What is typed into a draft is never lost: it is sent when the page is left, kept on this device until the server has
// it, and stands in the form again when somebody comes back. What others saved meanwhile is never overwritten: then the
// copy keeps the version it began with, and saving leads to the page that shows both.
import { all, el, icon } from './dom.js'
import { moreRow, unit } from './rows.js'

const PREFIX = 'planner.written.' // not the name under which a shared desk keeps what was typed
const KEPT_MS = 30 * 24 * 3600 * 1000
const AGAIN_MS = 15000
const MOST_BYTES = 60000 // browsers send no more than 64 kB from a page that is left
const OWN = ['csrf_token', 'once', 'version', 'then']
const SENT = `${PREFIX}sent`

export function startDraft () {
  forgetSent()
  tidy()
  const form = document.querySelector('form[data-draft]')
  if (form) watch(form)
}

const pairsOf = form => Array.from(new FormData(form)).filter(([name, value]) => !OWN.includes(name) && typeof value === 'string')
const versionIn = form => form.querySelector('[name="version"]')

function watch (form) {
  const key = `${PREFIX}${document.body.dataset.user || ''}.${form.dataset.draft}`
  const told = () => JSON.stringify(pairsOf(form))
  const body = () => new URLSearchParams(Array.from(new FormData(form)).filter(([name, value]) => name !== 'then' && typeof value === 'string')).toString()
  const shown = told()
  let known = form.dataset.typed ? '' : shown // what the server has, as this form says it
  let stores = true
  let failed = false
  let leaving = false
  let looking = false // whether what was sent as the page was left has arrived: until that is known nothing is saved
  let held = false
  let flying = ''
  let flyingTold = ''
  let flushed = ''
  let timer = 0

  const dirty = () => told() !== known
  const sent = new Set()

  function keep () {
    if (leaving) return
    if (!dirty()) { forget(key); paint(); return }
    stores = write(key, { at: Date.now(), version: versionIn(form).value, pairs: pairsOf(form), sent: Array.from(sent).slice(-4) })
    paint()
  }

  /** The answer to what was sent: with its version the server has it, or all but rows that nobody has finished. */
  function answered (version, whole, was) {
    sent.clear()
    if (!version) { failed = false; keep(); return }
    failed = false
    versionIn(form).value = version
    if (whole) known = was
    again(false)
    keep()
    if (whole && !dirty()) drop()
  }

  function missed () {
    failed = true
    keep()
    again(true)
  }

  function again (wanted) {
    clearTimeout(timer)
    if (wanted) timer = setTimeout(save, AGAIN_MS)
  }

  const save = () => { if (dirty() && navigator.onLine) form.dispatchEvent(new Event('change', { bubbles: true })) }

  /** The page is left, or lies behind another: what is not there yet goes now, whatever becomes of this page. */
  function flush () {
    if (leaving || !dirty()) return
    const now = body()
    const was = told()
    const goes = navigator.onLine && now.length <= MOST_BYTES
    if (flying) sent.add(flying)
    if (goes) sent.add(now)
    keep()
    if (!goes || flushed === now) return
    flushed = now
    fetch(form.getAttribute('hx-post'), { method: 'POST', keepalive: true, credentials: 'same-origin', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: now })
      .then(answer => { flushed = ''; answered(answer.headers.get('Kept-Version'), answer.headers.get('Kept-Whole') === '1', was) })
      .catch(() => { flushed = ''; missed() })
  }

  const strip = el('p', { class: 'draft-word is-warn', role: 'status', hidden: true })
  const foot = form.querySelector('.form-foot')
  if (foot) foot.prepend(strip)

  function paint () {
    const word = dirty() && (failed || !navigator.onLine) ? form.dataset.wordUnsaved : ''
    if (strip.dataset.shows === word) return
    strip.dataset.shows = word
    strip.hidden = !word
    strip.replaceChildren(...(word ? [icon('cloud-off'), ` ${word}`] : []))
  }

  const note = el('div', { class: 'note', role: 'status' })
  const drop = () => note.remove()

  function say (word) {
    const back = el('button', { type: 'button', class: 'btn btn-quiet btn-s' }, form.dataset.wordDrop)
    back.addEventListener('click', () => { leaving = true; forget(key); location.reload() })
    note.replaceChildren(icon('rotate-ccw'), el('div', { class: 'note-body' }, el('div', { class: 'note-title' }, word)), back)
    form.prepend(note)
  }

  /** What waits here since the page was left: put back, unless the server has it by now. What was sent as it was left
   * may arrive after this page was made: it is asked for once more, under the same key, before anything else is saved. */
  async function comeBack () {
    const copy = read(key)
    if (!copy || form.dataset.typed || JSON.stringify(copy.pairs) === shown) { if (!form.dataset.typed) forget(key); return }
    const here = versionIn(form).value
    let ours = copy.version === here
    fill(form, copy.pairs)
    const sentThen = copy.sent || []
    if (!ours || sentThen.length) {
      versionIn(form).value = copy.version
      looking = true
      const answers = await Promise.all(sentThen.map(each => answerOf(form, each)))
      looking = false
      const [last] = answers.slice(-1)
      const newest = answers.reduce((most, each) => Math.max(most, Number(each.version)), 0)
      if (ours || (newest && newest >= Number(here))) {
        ours = true
        if (newest) versionIn(form).value = String(newest)
        if (last && last.whole && Number(last.version) === newest) known = JSON.stringify(copy.pairs)
      }
    }
    keep()
    if (held) save()
    if (dirty()) say(ours ? form.dataset.wordRestored : form.dataset.wordMeanwhile)
  }

  form.addEventListener('input', keep)
  form.addEventListener('change', keep)
  form.addEventListener('click', () => setTimeout(keep, 0)) // rows come and go
  form.addEventListener('htmx:beforeRequest', event => {
    if (event.detail.elt !== form) return
    if (looking) { held = true; event.preventDefault(); return }
    flying = body()
    flyingTold = told()
  })
  form.addEventListener('htmx:afterRequest', event => {
    const { xhr, elt } = event.detail
    if (elt !== form) return
    flying = ''
    if (!xhr || !xhr.status || xhr.status >= 400) missed()
    else answered(xhr.getResponseHeader('Kept-Version'), xhr.getResponseHeader('Kept-Whole') === '1', flyingTold)
  })
  document.addEventListener('submit', event => {
    if (event.target !== form || event.defaultPrevented) return
    keep()
    leaving = true
    try { sessionStorage.setItem(SENT, key) } catch { /* the copy is looked at when somebody comes back */ }
    setTimeout(() => { leaving = false }, AGAIN_MS)
  })
  window.addEventListener('pagehide', flush)
  document.addEventListener('visibilitychange', () => { if (document.hidden) flush(); else if (failed) save() })
  window.addEventListener('pageshow', event => { if (event.persisted && read(key)) location.reload() })
  window.addEventListener('online', () => { paint(); save() })
  window.addEventListener('offline', paint)
  window.addEventListener('beforeunload', event => {
    if (leaving || stores || !dirty() || (navigator.onLine && !failed && body().length <= MOST_BYTES)) return
    event.preventDefault()
    event.returnValue = ''
  })
  comeBack()
}

/** What came of what was sent as the page was left: the same key has one effect, and one answer. */
async function answerOf (form, body) {
  try {
    const answer = await fetch(form.getAttribute('hx-post'), { method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body })
    return { version: answer.headers.get('Kept-Version') || '0', whole: answer.headers.get('Kept-Whole') === '1' }
  } catch {
    return { version: '0', whole: false }
  }
}

function fill (form, pairs) {
  const left = new Map()
  for (const [name, value] of pairs) left.set(name, [...(left.get(name) || []), value])
  for (const box of all('[data-rows]', form)) {
    const named = box.querySelector('input[name], select[name]')
    const wanted = Math.max(1, (left.get(named.name) || []).length)
    while (all('[data-row-one]', box).length < wanted) moreRow(box)
  }
  for (const field of form.elements) {
    if (!field.name || OWN.includes(field.name) || ['submit', 'button', 'hidden'].includes(field.type)) continue
    const values = left.get(field.name) || []
    if (field.type === 'checkbox' || field.type === 'radio') { field.checked = values.includes(field.value); continue }
    const value = values.length ? values.shift() : ''
    if (field.value === value) continue
    field.value = value
    if (field.matches('[data-units]')) unit(field)
    for (let fold = field.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true
  }
}

/** What was sent by its button has been taken once another page stands here. */
function forgetSent () {
  try {
    const key = sessionStorage.getItem(SENT)
    if (!key) return
    sessionStorage.removeItem(SENT)
    const [here] = performance.getEntriesByType('navigation')
    const refused = here && here.responseStatus >= 400
    if (!refused && !document.querySelector('form[data-draft]') && document.body.dataset.user) localStorage.removeItem(key)
  } catch { /* nothing is kept here */ }
}

function tidy () {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(Date.now() - (read(key) || { at: 0 }).at < KEPT_MS)) localStorage.removeItem(key)
    }
  } catch { /* nothing is kept here */ }
}

function read (key) {
  try { return JSON.parse(localStorage.getItem(key)) } catch { return null }
}

function write (key, copy) {
  try { localStorage.setItem(key, JSON.stringify(copy)); return true } catch { return false }
}

function forget (key) {
  try { localStorage.removeItem(key) } catch { /* nothing is kept here */ }
}
