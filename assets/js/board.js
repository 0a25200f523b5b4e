// The board: a card goes to another column by hand, or with Shift and an arrow. The server is asked by the board's own
// form, as the page behind a card's button does; the board comes back as it stands, without a new page.
import Sortable from 'sortablejs'
import { all, newId, parse, say, swapped } from './dom.js'
import { tellWhy, under } from './hand.js'
import { hideLater } from './small.js'

const place = document.querySelector('[data-board-place]')
const still = matchMedia('(prefers-reduced-motion: reduce)').matches

async function send (card, column) {
  const form = place.querySelector('[data-board-form]')
  form.action = new URL(card.querySelector('.card-move').href).pathname
  form.elements.to.value = column.dataset.column
  form.elements.version.value = card.dataset.version
  form.elements.once.value = newId()
  card.classList.add('is-sent')
  const body = new URLSearchParams(new FormData(form))
  const headers = { 'X-Requested-With': 'cell' }
  const answer = await fetch(form.action, { method: 'POST', headers, body, redirect: 'error' }).catch(() => null)
  const told = answer && answer.ok && (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : null
  if (told && told.url) { location.href = told.url; return }
  // What was refused, or can't be understood here, a page of its own says: the same form is sent the plain way.
  if (!told || !told.ok) { form.submit(); return }
  for (const old of all('.undo')) old.remove()
  document.body.append(parse(told.strip_html))
  for (const strip of all('[data-undo-strip]')) { hideLater(strip); say(strip.textContent.trim()) }
  focused = card.id
  swapped(card)
  document.dispatchEvent(new Event('planner:noted'))
}

/** The card that was moved last: on the fresh board it has the focus, so that it can go on. */
let focused = ''

/** The columns anew: after the page is there, and whenever somebody else has moved something. */
function begin () {
  for (const list of all('.cards', place)) if (!Sortable.get(list)) sortable(list)
}

function sortable (list) {
  Sortable.create(list, {
    group: 'steps',
    sort: false,
    draggable: '[data-card]',
    delay: 200,
    delayOnTouchOnly: true,
    animation: still ? 0 : 140,
    ghostClass: 'is-ghost',
    onStart: event => { held(true); after = event.item.nextSibling },
    onEnd: event => {
      held(false)
      const [from, to] = [event.from, event.to].map(cards => cards.closest('[data-column]'))
      const there = under('[data-card]')
      if (!under('[data-board]')) {
        event.from.insertBefore(event.item, after)
        tellWhy(words().wordOutside)
      } else if (to !== from) send(event.item, to)
      else if (there && there !== event.item && from.contains(there)) tellWhy(words().wordOrder)
    }
  })
}

/** What stood behind the card in the hand. */
let after = null
const words = () => place.querySelector('[data-board]').dataset

/** What is in the hand is not taken away by a fresh board. */
function held (on) {
  place.querySelector('[data-board]').classList.toggle('is-dragging', on)
  place.toggleAttribute('data-held', on)
}

begin()
place.addEventListener('planner:swapped', event => {
  if (event.target !== place) return
  begin()
  const link = focused && document.querySelector(`#${focused} a`)
  if (link) link.focus({ preventScroll: true })
  focused = ''
})

// A card that is somebody else's goes nowhere: whoever pulls it to another column is told so.
let fixed = null
place.addEventListener('pointerdown', event => { fixed = event.pointerType === 'mouse' && !event.button ? event.target.closest('.card-step:not([data-card])') : null })
place.addEventListener('dragstart', event => { if (fixed && fixed.contains(event.target)) event.preventDefault() })
document.addEventListener('pointerup', () => {
  const there = fixed && under('[data-column]')
  if (there && there !== fixed.closest('[data-column]')) tellWhy(words().wordFixed)
  fixed = null
})

place.addEventListener('keydown', event => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  const card = event.target.closest('[data-card]')
  if (!by || !card || !event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return
  const columns = all('[data-column]', place)
  const to = columns[columns.indexOf(card.closest('[data-column]')) + by]
  if (!to) return
  event.preventDefault()
  send(card, to)
})

// A card that has just been moved has the focus, so that it can go on.
const arrived = /^#card-\d+$/.test(location.hash) && document.querySelector(`${location.hash} a`)
if (arrived) addEventListener('load', () => requestAnimationFrame(() => arrived.focus({ preventScroll: true })))
