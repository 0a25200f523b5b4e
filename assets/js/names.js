// After an @ the people of the team are offered; the name that is chosen stands in the text as if it had been typed.
import { all, el } from './dom.js'

const CALLED = /(^|[^A-Za-z0-9._%+-])@([^\s@<>]{0,20})$/
const MOST = 6
let known = null

export function startNames () {
  for (const field of all('textarea[data-names]')) offer(field)
}

/** Asked once a page; where it did not arrive, again with the next letter. */
function people (address) {
  known ||= fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))))
    .then(told => told.names, () => { known = null; return [] })
  return known
}

function offer (field) {
  const list = el('div', { class: 'name-offers', role: 'listbox', id: `${field.id}-names`, 'aria-label': field.dataset.wordNames, hidden: true })
  field.after(list)
  field.setAttribute('aria-controls', list.id)
  field.setAttribute('autocomplete', 'off')

  const close = () => { list.hidden = true; list.replaceChildren(); field.removeAttribute('aria-activedescendant') }
  const typed = () => CALLED.exec(field.value.slice(0, field.selectionStart))

  async function look () {
    if (!typed()) { close(); return }
    const everybody = await people(field.dataset.names)
    const called = typed()
    if (!called || field.selectionStart !== field.selectionEnd) { close(); return }
    const word = called[2].toLowerCase()
    const found = everybody.filter(p => p.name.toLowerCase().includes(word) || p.login.toLowerCase().startsWith(word))
    if (!found.length || (found.length === 1 && found[0].name.toLowerCase() === word)) { close(); return }
    list.replaceChildren(...found.slice(0, MOST).map((person, at) => el('div', { class: 'name-offer', role: 'option', id: `${list.id}-${at}`, 'aria-selected': 'false', 'data-name': person.name }, person.name, el('span', { class: 'meta' }, person.login))))
    list.hidden = false
    mark(0)
  }

  function mark (at) {
    const rows = all('.name-offer', list)
    const row = rows[(at + rows.length) % rows.length]
    for (const each of rows) each.setAttribute('aria-selected', each === row ? 'true' : 'false')
    field.setAttribute('aria-activedescendant', row.id)
  }

  function take (row) {
    const called = typed()
    if (!called) { close(); return }
    const from = field.selectionStart - called[2].length
    field.setRangeText(`${row.dataset.name} `, from, field.selectionStart, 'end')
    close()
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.focus()
  }

  field.addEventListener('input', look)
  field.addEventListener('click', look)
  field.addEventListener('blur', () => setTimeout(close, 150))
  list.addEventListener('pointerdown', event => event.preventDefault())
  list.addEventListener('click', event => { const row = event.target.closest('.name-offer'); if (row) take(row) })
  field.addEventListener('keydown', event => {
    if (list.hidden || event.isComposing) return
    const rows = all('.name-offer', list)
    const at = rows.findIndex(row => row.getAttribute('aria-selected') === 'true')
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') mark(at + (event.key === 'ArrowDown' ? 1 : -1))
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') take(rows[at])
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  })
}
