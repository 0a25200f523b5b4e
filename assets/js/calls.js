// What blocks a show and waits for me, on every open page: a strip at its foot, with sound and vibration where I allowed
// them. Browsers let a page sound only once it has been tapped; until then the strip offers the tap.
import { newId, parse, swapped } from './dom.js'
import { process } from './htmx.js'

const HEARD = 'planner.calls.heard'
const ASKED = 'planner.calls.asked'
const mine = newId()
let every = 30000
let sound = null
let etag = null

export function startCalls () {
  const place = document.querySelector('[data-calls]')
  if (!place) return
  every = 1000 * (Number(place.dataset.every) || 30)
  const wake = () => { unlock(); offer(place) }
  document.addEventListener('pointerdown', wake, { passive: true })
  document.addEventListener('keydown', wake)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(place) })
  document.addEventListener('planner:noted', () => ask(place))
  window.addEventListener('online', () => ask(place))
  setTimeout(() => ask(place), 400)
  setInterval(() => { if (!document.hidden || alone()) ask(place) }, every)
  for (const button of document.querySelectorAll('[data-try-sound]')) {
    button.hidden = false
    button.addEventListener('click', () => { unlock(); ring() })
  }
}

/** Of several tabs nobody looks at, one asks. */
function alone () {
  try {
    const [who, at] = (localStorage.getItem(ASKED) || '').split(' ')
    if (who !== mine && Date.now() - Number(at) < 1.5 * every) return false
    localStorage.setItem(ASKED, `${mine} ${Date.now()}`)
  } catch {}
  return true
}

async function ask (place) {
  const headers = { 'X-Requested-With': 'poll', Accept: 'text/html' }
  if (etag) headers['If-None-Match'] = etag
  try {
    const answer = await fetch(place.dataset.calls, { headers, credentials: 'same-origin', redirect: 'error', cache: 'no-store' })
    if (answer.status !== 200) return
    etag = answer.headers.get('ETag')
    show(place, await answer.text())
  } catch {}
}

function show (place, html) {
  if (place.contains(document.activeElement)) document.activeElement.blur()
  place.replaceChildren(parse(html))
  const next = place.querySelector('[name=next]')
  if (next) next.value = location.pathname + location.search
  document.body.classList.toggle('has-calls', Boolean(place.firstElementChild))
  process(place)
  swapped(place)
  const strip = place.querySelector('[data-ids]')
  const fresh = strip ? unheard(strip.dataset.ids.split(' ')) : []
  if (fresh.length && strip.hasAttribute('data-aloud')) ring()
  offer(place)
}

/** Which calls no tab of this browser has sounded for yet. */
function unheard (ids) {
  try {
    const heard = (localStorage.getItem(HEARD) || '').split(' ')
    const fresh = ids.filter(id => !heard.includes(id))
    if (fresh.length) localStorage.setItem(HEARD, [...heard, ...fresh].filter(Boolean).slice(-60).join(' '))
    return fresh
  } catch {
    return ids
  }
}

function unlock () {
  const Maker = window.AudioContext || window.webkitAudioContext
  if (!Maker) return
  if (!sound) sound = new Maker()
  if (sound.state === 'suspended') sound.resume().catch(() => {})
}

function offer (place) {
  const button = place.querySelector('[data-sound]')
  if (!button) return
  const can = window.AudioContext || window.webkitAudioContext
  button.hidden = !can || Boolean(sound && sound.state === 'running')
  if (!button.hidden) button.onclick = () => { unlock(); ring(); button.hidden = true }
}

function ring () {
  const tapped = !navigator.userActivation || navigator.userActivation.hasBeenActive
  if (navigator.vibrate && tapped) navigator.vibrate([200, 100, 200, 100, 400])
  document.body.dataset.rang = String(Number(document.body.dataset.rang || 0) + 1)
  if (!sound || sound.state !== 'running') return
  const now = sound.currentTime
  for (const [number, tone] of [880, 660, 880].entries()) {
    const voice = sound.createOscillator()
    const loud = sound.createGain()
    voice.frequency.value = tone
    loud.gain.setValueAtTime(0.0001, now + number * 0.25)
    loud.gain.exponentialRampToValueAtTime(0.4, now + number * 0.25 + 0.02)
    loud.gain.exponentialRampToValueAtTime(0.0001, now + number * 0.25 + 0.22)
    voice.connect(loud).connect(sound.destination)
    voice.start(now + number * 0.25)
    voice.stop(now + number * 0.25 + 0.24)
  }
}
