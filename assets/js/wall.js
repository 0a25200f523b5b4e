// A screen on a wall: stays awake where the browser lets it, shows all rows in turn, and says when it no longer hears.
import { all } from './dom.js'
import { serverNow } from './clock.js'

const TURN_MS = 12000
const LOST_MS = 35000
const IDLE_MS = 4000

let heard = Date.now()
let lock = null
let resting = 0

async function stayAwake () {
  if (document.hidden || lock || !navigator.wakeLock) return
  try {
    lock = await navigator.wakeLock.request('screen')
    lock.addEventListener('release', () => { lock = null })
  } catch { /* the battery is low, or this browser does not want to */ }
}

/** What does not fit on the screen comes in turn, the worst first and again after the last. */
function turn () {
  const room = document.documentElement
  const left = room.scrollHeight - room.clientHeight - window.scrollY
  const top = left > 4 ? window.scrollY + Math.max(200, room.clientHeight - 160) : 0
  window.scrollTo({ top, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
}

function tell () {
  const lost = Date.now() - heard > LOST_MS || !navigator.onLine
  for (const place of all('[data-wall-lost]')) {
    if (place.hidden !== lost) continue
    const clock = document.querySelector('[data-clock]')
    const zone = clock ? clock.dataset.zone : undefined
    const at = new Date(serverNow() - (Date.now() - heard)).toLocaleTimeString('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
    place.textContent = lost ? place.dataset.word.replace('%s', at) : ''
    place.hidden = !lost
  }
}

/** A mouse that was left in the middle of the screen is in nobody's way. */
function restMouse () {
  document.body.classList.remove('is-idle')
  clearTimeout(resting)
  resting = setTimeout(() => document.body.classList.add('is-idle'), IDLE_MS)
}

document.addEventListener('planner:polled', event => { if (event.detail.ok) { heard = Date.now(); tell() } })
document.addEventListener('visibilitychange', stayAwake)
for (const name of ['online', 'offline']) window.addEventListener(name, tell)
setInterval(tell, 5000)
setInterval(turn, TURN_MS)
stayAwake()
document.addEventListener('pointermove', restMouse)
restMouse()
