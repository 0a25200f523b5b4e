// Countdowns run by the server's clock: a phone whose clock is wrong still shows the right minutes.
import { all, word } from './dom.js'

const SKEW = 'planner.skew'

let skew = 0
let known = false

export const serverNow = () => Date.now() + skew

/** Whether the server's clock was heard in this page; a page out of the cache goes by what was heard last. */
export const clockKnown = () => known

/** Any answer says what the server's clock says, to the second. */
export function hearClock (answer) {
  const told = known ? NaN : Date.parse(answer.headers.get('Date') || '')
  if (!Number.isNaN(told)) learn(told + 500 - Date.now())
}

function learn (found) {
  skew = found
  known = true
  try { localStorage.setItem(SKEW, String(Math.round(skew))) } catch { /* the next page hears it itself */ }
}

export function startClock () {
  const meta = document.querySelector('meta[name="server-now"]')
  const told = meta ? Date.parse(meta.content) : NaN
  if (!Number.isNaN(told)) {
    const entry = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null
    const back = entry && entry.type === 'back_forward'
    // responseStart is when the page was written; between that and now the server's clock went on too.
    const since = entry ? performance.now() - entry.responseStart : 0
    if (!back) learn(told + since - Date.now())
  }
  if (!known) try { skew = Number(localStorage.getItem(SKEW)) || 0 } catch { /* the device's own clock must do */ }
  draw()
  setInterval(draw, 1000)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) draw() })
  document.addEventListener('planner:swapped', draw)
}

export function digits (seconds) {
  const days = Math.floor(seconds / 86400)
  const hours = Math.floor(seconds % 86400 / 3600)
  const two = value => String(value).padStart(2, '0')
  const clock = `${hours}:${two(Math.floor(seconds % 3600 / 60))}:${two(seconds % 60)}`
  return days ? `${(word('day') || '%s d').replace('%s', days)} ${clock}` : clock
}

function draw () {
  if (document.hidden) return
  const now = serverNow()
  for (const place of all('[data-until], [data-since]')) {
    const down = place.hasAttribute('data-until')
    const at = Date.parse(place.getAttribute(down ? 'data-until' : 'data-since'))
    if (Number.isNaN(at)) continue
    const left = Math.floor((down ? at - now : now - at) / 1000)
    const gap = place.hasAttribute('data-stops') ? Math.max(0, left) : left
    if (left < 0 && gap === 0 && place.dataset.running === '1') over(place)
    const text = (gap < 0 ? (down ? '+' : '−') : '') + digits(Math.abs(gap))
    if (place.textContent !== text) place.textContent = text
    if (place.parentElement) place.parentElement.classList.toggle('is-over', gap < 0)
    if (down && place.hasAttribute('data-reload') && place.dataset.running === '1' && gap <= 0) {
      place.removeAttribute('data-reload')
      if (!document.querySelector('dialog[open]') && !typing()) location.reload()
    }
    if (gap > 0) place.dataset.running = '1'
  }
  for (const place of all('[data-early]')) drawEarly(place, Math.floor((Date.parse(place.dataset.early) - now) / 60000))
}

/** Whose time is over: what comes of it is asked for at once, and again for a server whose clock is a little behind. */
function over (place) {
  place.dataset.running = ''
  for (const ms of [0, 2000]) setTimeout(() => document.dispatchEvent(new Event('planner:noted')), ms)
}

/** How early it is, in words; gone once it is about time. */
function drawEarly (place, minutes) {
  place.hidden = minutes < Number(place.dataset.least)
  const hours = Math.floor(minutes / 60)
  const told = [[hours, place.dataset.wordH], [minutes % 60, place.dataset.wordM]].filter(([count]) => count)
  const text = place.dataset.word.replace('%s', told.map(([count, words]) => words.replace('%s', count)).join(' '))
  if (place.textContent !== text) place.textContent = text
}

function typing () {
  const active = document.activeElement
  return Boolean(active && active.closest('form') && active.matches('input, textarea, select'))
}
