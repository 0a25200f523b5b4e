// The board: a card goes to another column by hand, or with Shift and an arrow. The server is asked by the board's own
// form, as the page behind a card's button does; what comes back is the board as it stands.
import Sortable from 'sortablejs'
import { all } from './dom.js'

const board = document.querySelector('[data-board]')
const form = board.querySelector('[data-board-form]')
const columns = all('[data-column]', board)
const still = matchMedia('(prefers-reduced-motion: reduce)').matches

function send (card, column) {
  form.action = new URL(card.querySelector('.card-move').href).pathname
  form.elements.to.value = column.dataset.column
  form.elements.version.value = card.dataset.version
  form.requestSubmit()
}

for (const list of all('.cards', board)) {
  Sortable.create(list, {
    group: 'steps',
    sort: false,
    draggable: '[data-card]',
    delay: 200,
    delayOnTouchOnly: true,
    animation: still ? 0 : 140,
    ghostClass: 'is-ghost',
    onStart: () => board.classList.add('is-dragging'),
    onEnd: event => {
      board.classList.remove('is-dragging')
      const to = event.to.closest('[data-column]')
      if (to !== event.from.closest('[data-column]')) send(event.item, to)
    }
  })
}

board.addEventListener('keydown', event => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  const card = event.target.closest('[data-card]')
  if (!by || !card || !event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return
  const to = columns[columns.indexOf(card.closest('[data-column]')) + by]
  if (!to) return
  event.preventDefault()
  send(card, to)
})

// A card that has just been moved has the focus, so that it can go on.
const arrived = /^#card-\d+$/.test(location.hash) && document.querySelector(`${location.hash} a`)
if (arrived) addEventListener('load', () => requestAnimationFrame(() => arrived.focus({ preventScroll: true })))
