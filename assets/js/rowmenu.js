// The menu of a row of a checklist, made from the page's one template when it first opens: forty rows carry one menu.
import { all, newId } from './dom.js'

const SAID = ['data-text', 'data-undo', 'action', 'data-way', 'id', 'for']

/** Puts what can be done to a row before the way to its page. */
export function fillRowMenu (menu) {
  const { acts } = menu.dataset
  const template = acts && document.getElementById('tick-menu')
  const row = menu.closest('[data-tick-row]')
  if (!template || !row) return
  delete menu.dataset.acts
  const made = template.content.cloneNode(true)
  const can = acts.split(' ')
  for (const part of all('[data-when]', made)) if (!part.dataset.when.split(' ').some(act => can.includes(act))) part.remove()
  const number = row.id.replace(/\D/g, '')
  const title = titleOf(row)
  for (const name of SAID) {
    for (const part of all(`[${name}]`, made)) part.setAttribute(name === 'data-way' ? 'href' : name, part.getAttribute(name).replaceAll('ITEM', number).replace('TITLE', () => title))
  }
  const token = document.querySelector('input[name="csrf_token"]')
  for (const field of all('[name="csrf_token"]', made)) if (token) field.value = token.value
  for (const field of all('[name="once"]', made)) field.value = newId()
  const box = row.querySelector('form[data-undo-given]')
  const again = made.querySelector('[data-when="reopen"]')
  if (box && again) again.dataset.undoGiven = box.dataset.undoGiven
  menu.querySelector('.menu-pop').prepend(made)
}

function titleOf (row) {
  const title = row.querySelector('.tick-title').cloneNode(true)
  for (const unseen of all('.sr', title)) unseen.remove()
  return title.textContent.trim()
}
