// Without a network a page stays: nothing leads away from what waits on this device, and nothing typed is lost.
import { el, icon, on, say, unfold, word } from './dom.js'
import { isKept } from './install.js'

export function startAway () {
  document.addEventListener('submit', hold, true)
  on('click', 'a[href]:not([data-photo])', stay, true)
  window.addEventListener('online', back)
}

/** A form waits where it is; ticks and notes have a queue of their own and may go on, photos too. */
function hold (event) {
  if (navigator.onLine || event.target.matches('[data-tick], [data-theme-form], [data-lock]')) return
  event.preventDefault()
  event.stopImmediatePropagation()
  tell()
}

function stay (event, link) {
  if (navigator.onLine || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target === '_blank') return
  const here = new URL(location.href)
  const there = new URL(link.href, here)
  if (there.origin === here.origin && there.hash && there.pathname === here.pathname && there.search === here.search) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (link.dataset.here) unfold(link.dataset.here)
  else isKept(there.href).then(kept => { if (kept) location.assign(there.href); else tell() })
}

function tell () {
  let strip = document.querySelector('[data-away]')
  if (!strip) {
    strip = el('div', { class: 'undo is-away', role: 'status', 'data-away': '' }, icon('cloud-off'), el('span', { class: 'undo-text' }))
    document.body.append(strip)
  }
  strip.querySelector('.undo-text').textContent = word('away')
  strip.hidden = false
  say(word('away'))
}

function back () {
  const strip = document.querySelector('[data-away]')
  if (strip) strip.hidden = true
}
