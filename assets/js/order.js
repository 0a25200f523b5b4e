// Lines of a SOP change places by hand among those of their time: their own form says where, as its buttons do.
import Sortable from 'sortablejs'
import { all, el } from './dom.js'

const still = matchMedia('(prefers-reduced-motion: reduce)').matches

for (const grip of all('[data-grip]')) grip.hidden = false
for (const list of all('[data-order]')) {
  Sortable.create(list, {
    handle: '[data-grip]',
    draggable: '[data-line]',
    animation: still ? 0 : 140,
    ghostClass: 'is-ghost',
    onMove: event => event.related.dataset.group === event.dragged.dataset.group,
    onEnd: event => { if (event.oldIndex !== event.newIndex) send(event.item) }
  })
}

/** Before the line that now stands below it, or at the end of its time. */
function send (line) {
  const next = line.nextElementSibling
  const before = next && next.dataset.group === line.dataset.group ? next.dataset.line : ''
  const form = line.querySelector('[data-place]')
  form.append(el('input', { type: 'hidden', name: 'before', value: before }))
  form.submit()
}
