// Rows of a form that come and go: the buttons send the form where there is no JavaScript, and here they need not.
import { all, on } from './dom.js'

export function startRows () {
  on('click', '[data-row-more]', (event, button) => {
    const box = button.closest('[data-rows]')
    const rows = box ? all('[data-row-one]', box) : []
    if (!rows.length) return
    event.preventDefault()
    const least = document.querySelector(`[data-least="${box.dataset.rows}"]`)
    const missing = least ? Number(least.dataset.count) - rows.length : 1
    const fresh = moreRow(box)
    for (let more = 1; more < missing; more++) moreRow(box)
    fresh.querySelector('select, input').focus()
  })
  document.addEventListener('input', event => { const box = event.target.closest('[data-rows]'); if (box) count(box) })
  on('click', '[data-row-drop]', (event, button) => {
    const row = button.closest('[data-row-one]')
    const box = button.closest('[data-rows]')
    if (!row || !box) return
    event.preventDefault()
    const rows = all('[data-row-one]', box)
    const next = rows[rows.indexOf(row) + 1] || rows[rows.indexOf(row) - 1]
    if (next) row.remove()
    else empty(row)
    number(box)
    count(box)
    const place = (next || row).querySelector('select, input')
    place.focus()
    place.dispatchEvent(new Event('change', { bubbles: true }))
  })
  on('change', 'select[data-units]', (event, select) => unit(select))
  document.addEventListener('planner:swapped', event => {
    all('[data-clears]', event.target).forEach(clear)
    all('[data-hint]', event.target).forEach(hint)
    all('[data-choices]', event.target).forEach(offer)
  })
}

/** A newer answer takes away what the page said when it came. */
function clear (mark) {
  for (const id of mark.dataset.clears.split(' ')) {
    const said = document.getElementById(id)
    if (said) said.remove()
  }
}

/** What an empty field stands for follows the rest of the form. */
function hint (mark) {
  for (const input of all(`input[name="${mark.dataset.hint}"]`)) input.placeholder = mark.dataset.word
}

/** Whom a row can name follows the rest of it; what is chosen stays, and a list that is open is left alone. */
function offer (fresh) {
  const select = all(`select[name="${fresh.dataset.choices}"]`)[Number(fresh.dataset.row)]
  const given = fresh.content || fresh
  if (select && select !== document.activeElement) {
    const held = select.value
    const same = Array.from(given.querySelectorAll('option'), option => option.value + option.text).join() === Array.from(select.options, option => option.value + option.text).join()
    if (!same) {
      select.replaceChildren(...Array.from(given.children, child => child.cloneNode(true)))
      select.value = held
    }
  }
  fresh.remove()
}

function empty (row) {
  for (const select of all('select', row)) { select.selectedIndex = 0; if (select.matches('[data-units]')) unit(select) }
  for (const input of all('input', row)) input.value = ''
  for (const field of all('[aria-invalid]', row)) { field.removeAttribute('aria-invalid'); field.removeAttribute('aria-describedby') }
  for (const said of all('[data-row-id]', row)) said.replaceChildren()
  for (const help of all('.row-said .field-help', row)) help.remove()
}

/** One more, empty, after the others. */
export function moreRow (box) {
  const last = all('[data-row-one]', box).pop()
  const fresh = last.cloneNode(true)
  empty(fresh)
  last.after(fresh)
  number(box)
  return fresh
}

/** How many rows are whole, where that is shown. */
function count (box) {
  const place = document.querySelector(`[data-whole="${box.dataset.rows}"]`)
  if (!place) return
  const whole = all('[data-row-one]', box).filter(row => all('[data-must]', row).every(input => input.value.trim())).length
  place.textContent = String(whole)
  place.hidden = !whole
}

/** What a row is called follows its place, as the server counts. */
function number (box) {
  all('[data-row-one]', box).forEach((row, index) => {
    for (const said of all('[data-row-id]', row)) {
      const tied = row.querySelector(`[aria-describedby="${said.id}"]`)
      said.id = said.dataset.rowId + index
      if (tied) tied.setAttribute('aria-describedby', said.id)
    }
    for (const button of all('[data-row-drop]', row)) button.value = String(index)
    for (const named of all('[aria-label]', row)) named.setAttribute('aria-label', named.getAttribute('aria-label').replace(/\d+/, String(index + 1)))
  })
}

export function unit (select) {
  const place = (select.closest('[data-row-one]') || select.closest('.form-row')).querySelector('.unit')
  const option = select.options[select.selectedIndex]
  if (place && option) place.textContent = option.dataset.unit || ''
}
