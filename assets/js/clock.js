// Countdowns run by the server's clock: a phone whose clock is wrong still shows the right minutes.
import { all, word } from './dom.js'

let skew = 0

export const serverNow = () => Date.now() + skew

export function startClock () {
  const meta = document.querySelector('meta[name="server-now"]')
  const told = meta ? Date.parse(meta.content) : NaN
  if (!Number.isNaN(told)) {
    const entry = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null
    const back = entry && entry.type === 'back_forward'
    // responseStart is when the page was written; between that and now the server's clock went on too.
    const since = entry ? performance.now() - entry.responseStart : 0
    if (!back) skew = told + since - Date.now()
  }
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
    const gap = Math.floor((down ? at - now : now - at) / 1000)
    const text = (gap < 0 ? (down ? '+' : '−') : '') + digits(Math.abs(gap))
    if (place.textContent !== text) place.textContent = text
    if (place.parentElement) place.parentElement.classList.toggle('is-over', gap < 0)
    if (down && place.hasAttribute('data-reload') && place.dataset.running === '1' && gap <= 0) {
      place.removeAttribute('data-reload')
      if (!document.querySelector('dialog[open]') && !typing()) location.reload()
    }
    if (gap > 0) place.dataset.running = '1'
  }
}

function typing () {
  const active = document.activeElement
  return Boolean(active && active.closest('form') && active.matches('input, textarea, select'))
}
