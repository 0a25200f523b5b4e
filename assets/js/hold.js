// What ends a show is kept pressed: a short tap says so, the keyboard and pages without this go to the page that asks.
import { on, say } from './dom.js'

const HOLD_MS = 1200

export function startHold () {
  let timer = 0
  const stop = link => { clearTimeout(timer); link.classList.remove('is-holding') }
  on('pointerdown', '[data-hold]', (event, link) => {
    if (event.button) return
    link.classList.add('is-holding')
    clearTimeout(timer)
    timer = setTimeout(() => {
      stop(link)
      const form = document.getElementById(link.dataset.hold)
      if (form) form.requestSubmit()
    }, HOLD_MS)
  })
  for (const name of ['pointerup', 'pointercancel', 'pointerout']) on(name, '[data-hold]', (event, link) => stop(link))
  on('contextmenu', '[data-hold]', event => event.preventDefault())
  on('dragstart', '[data-hold]', event => event.preventDefault())
  on('click', '[data-hold]', (event, link) => {
    if (!event.detail || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    hint(link)
    say(link.dataset.wordHold)
  })
}

function hint (link) {
  if (link.querySelector('.hold-hint')) return
  const told = document.createElement('span')
  told.className = 'hold-hint'
  told.textContent = link.dataset.wordHold
  link.append(told)
}
