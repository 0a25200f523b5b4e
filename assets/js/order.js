// Lines of a SOP change places by hand among those of their time: their own form says where, as its buttons do.
import Sortable from 'sortablejs'
import { all, el } from './dom.js'
import { tellWhy, where } from './hand.js'

const BEYOND = 16
const still = matchMedia('(prefers-reduced-motion: reduce)').matches

/** What stood behind the line in the hand. */
let after = null

for (const grip of all('[data-grip]')) grip.hidden = false
for (const list of all('[data-order]')) {
  Sortable.create(list, {
    handle: '[data-grip]',
    draggable: '[data-line]',
    animation: still ? 0 : 140,
    ghostClass: 'is-ghost',
    onStart: event => { after = event.item.nextSibling },
    onMove: event => event.related.dataset.group === event.dragged.dataset.group,
    onEnd: event => {
      if (!isAmongItsOwn(event.item)) {
        list.insertBefore(event.item, after)
        tellWhy(list.dataset.wordStays)
      } else if (event.oldIndex !== event.newIndex) send(event.item)
    }
  })
}

/** Let go between the first and the last line of its time, or hardly beyond. They may still be on their way there, so where they will lie counts. */
function isAmongItsOwn (line) {
  const list = line.parentElement
  const own = all('[data-line]', list).filter(each => each.dataset.group === line.dataset.group)
  const box = list.getBoundingClientRect()
  const [first, last] = [own[0], own[own.length - 1]].map(each => box.top + each.offsetTop - list.firstElementChild.offsetTop)
  const [x, y] = where() || [box.left, first]
  return x >= box.left && x <= box.right && y >= first - BEYOND && y <= last + own[own.length - 1].offsetHeight + BEYOND
}

/** Before the line that now stands below it, or at the end of its time. */
function send (line) {
  const next = line.nextElementSibling
  const before = next && next.dataset.group === line.dataset.group ? next.dataset.line : ''
  const form = line.querySelector('[data-place]')
  form.append(el('input', { type: 'hidden', name: 'before', value: before }))
  form.submit()
}
