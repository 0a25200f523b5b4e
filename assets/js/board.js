// The board: a card goes to another column by hand, or with Shift and an arrow. The server is asked by the board's own
// form, as the page behind a card's button does; what comes back is the board as it stands.
import Sortable from 'sortablejs'
import { all } from './dom.js'

const place = document.querySelector('[data-board-place]')
const still = matchMedia('(prefers-reduced-motion: reduce)').matches

function send (card, column) {
  const form = place.querySelector('[data-board-form]')
  form.action = new URL(card.querySelector('.card-move').href).pathname
  form.elements.to.value = column.dataset.column
  form.elements.version.value = card.dataset.version
  form.requestSubmit()
}

/** The columns anew: after the page is there, and whenever somebody else has moved something. */
function begin () {
  for (const list of all('.cards', place)) sortable(list)
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
    onStart: () => held(true),
    onEnd: event => {
      held(false)
      const to = event.to.closest('[data-column]')
      if (to !== event.from.closest('[data-column]')) send(event.item, to)
    }
  })
}

/** What is in the hand is not taken away by a fresh board. */
function held (on) {
  place.querySelector('[data-board]').classList.toggle('is-dragging', on)
  place.toggleAttribute('data-held', on)
}

begin()
place.addEventListener('planner:swapped', begin)

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
