// A shared desk: it locks by itself once what was tapped and typed is safe; its lock screen says what waits for whom.
import { serverNow } from './clock.js'
import { all, el, icon, on, say, word } from './dom.js'
import * as store from './tickstore.js'

const TELL_LAST = 15
const SEND_MS = 4000
const DRAFT = 'planner.draft.'
const ACTED = 'planner.acted'

let seconds = 0
let acted = 0
let told = 0
let locking = false

export function startStation () {
  seconds = Number(document.body.dataset.lockAfter) || 0
  if (seconds) startTurn()
  for (const form of all('[data-pin]')) startPad(form)
  const tellAll = () => all('[data-waits-of]').forEach(tellWaiting)
  tellAll()
  if (!document.body.dataset.user && document.querySelector('[data-waits-of]')) store.startStore(tellAll)
  if (document.querySelector('[data-clock]')) { drawClock(); setInterval(drawClock, 1000) }
}

function startTurn () {
  acted = told = Date.now()
  for (const name of ['keydown', 'pointerdown', 'wheel', 'touchmove']) window.addEventListener(name, act, { passive: true })
  window.addEventListener('pageshow', event => { if (event.persisted) location.reload() })
  document.addEventListener('submit', event => { if (event.target.matches('[data-lock]')) { event.preventDefault(); event.stopImmediatePropagation(); lock() } }, true)
  on('click', '[data-lock-again]', () => { locking = false; lock() })
  window.addEventListener('online', () => { const cover = document.getElementById('locked'); if (cover && cover.open) { locking = false; lock() } })
  const cover = document.getElementById('locked')
  if (cover) cover.addEventListener('cancel', event => event.preventDefault())
  setInterval(look, 1000)
  document.addEventListener('visibilitychange', look)
  giveBack()
}

/** Somebody is at it; the server hears of that often enough not to lock first. */
function act () {
  if (locking) return
  acted = Date.now()
  try { localStorage.setItem(ACTED, acted) } catch { /* each tab counts for itself */ }
  if (acted - told < seconds * 1000 / 4) return
  told = acted
  fetch('/station/here', { headers: { 'X-Requested-With': 'here' }, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' }).catch(() => {})
}

function look () {
  try { acted = Math.max(acted, Math.min(Date.now(), Number(localStorage.getItem(ACTED)) || 0)) } catch { /* each tab counts for itself */ }
  const left = Math.ceil(seconds - (Date.now() - acted) / 1000)
  for (const place of all('[data-lock-left]')) {
    place.hidden = left > TELL_LAST
    place.textContent = Math.max(0, left)
  }
  if (left <= 0) lock()
}

async function lock () {
  if (locking) return
  locking = true
  keepDraft()
  const form = document.querySelector('form[data-lock]')
  const user = document.body.dataset.user
  for (const end = Date.now() + SEND_MS; navigator.onLine && Date.now() < end && store.list(user).some(entry => entry.state === 'pending');) await new Promise(resolve => setTimeout(resolve, 100))
  try {
    await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', redirect: 'manual' })
    location.replace('/station')
  } catch {
    cover()
  }
}

/** Without a network nobody can unlock; what stands on the page is not to be seen or tapped by the next one. */
function cover () {
  const dialog = document.getElementById('locked')
  if (dialog && !dialog.open) dialog.showModal()
}

const fieldsOf = form => Array.from(form.elements).filter(field => field.name && field.matches('textarea, input[type="text"], input[type="number"], input:not([type])'))

function keepDraft () {
  const typed = []
  for (const form of all('form')) for (const field of fieldsOf(form)) if (field.value !== field.defaultValue) typed.push([form.getAttribute('action') || '', field.name, field.value])
  if (!typed.length) return
  try { localStorage.setItem(DRAFT + document.body.dataset.user, JSON.stringify({ page: location.pathname + location.search, typed })) } catch { /* this browser keeps nothing */ }
}

function draftOf (user) {
  try { return JSON.parse(localStorage.getItem(DRAFT + user) || 'null') } catch { return null }
}

/** What somebody had typed stands in its fields again when they come back to the page. */
function giveBack () {
  const user = document.body.dataset.user
  const draft = draftOf(user)
  if (!draft || draft.page !== location.pathname + location.search) return
  let found = false
  for (const [action, name, value] of draft.typed) {
    const form = all('form').find(each => (each.getAttribute('action') || '') === action)
    const field = form && fieldsOf(form).find(each => each.name === name && each.value === each.defaultValue)
    if (!field) continue
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
    const fold = field.closest('details')
    if (fold) fold.open = true
    found = true
  }
  localStorage.removeItem(DRAFT + user)
  if (!found) return
  const strip = el('div', { class: 'note note-ok', role: 'status' }, icon('circle-check'), el('div', { class: 'note-body' }, word('draft')))
  document.querySelector('.page-in').prepend(strip)
  say(word('draft'))
}

function tellWaiting (place) {
  const waiting = store.list(place.dataset.waitsOf).filter(entry => entry.state === 'pending').length
  const parts = []
  if (waiting) parts.push(place.dataset.word.replace('%s', waiting))
  if (draftOf(place.dataset.waitsOf)) parts.push(place.dataset.wordDraft)
  place.textContent = parts.join(' · ')
  place.hidden = !parts.length
}

function startPad (form) {
  const field = form.elements.pin
  const draft = draftOf(form.dataset.pin)
  if (draft) {
    const next = form.elements.next || form.appendChild(el('input', { type: 'hidden', name: 'next' }))
    next.value = draft.page
  }
  const whole = () => { if (field.value.length === 4 && form.requestSubmit) form.requestSubmit() }
  const digit = value => {
    field.value = value ? (field.value + value).slice(0, 4) : field.value.slice(0, -1)
    whole()
  }
  field.addEventListener('input', whole)
  on('click', '[data-digit]', (event, button) => digit(button.dataset.digit))
  // Whoever has just tapped their name types, wherever the cursor is.
  document.addEventListener('keydown', event => {
    if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return
    if (/^[0-9]$/.test(event.key)) digit(event.key)
    else if (event.key === 'Backspace') digit('')
  })
  whole()
}

function drawClock () {
  for (const place of all('[data-clock]')) {
    place.textContent = new Intl.DateTimeFormat('sv-SE', { timeZone: place.dataset.zone || undefined, timeStyle: 'short' }).format(serverNow())
  }
}
