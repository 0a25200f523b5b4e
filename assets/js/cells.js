// A value of the list is changed where it stands: a click (or Enter) opens its field, Enter or a choice saves, Esc restores.
// The cells become buttons as the row is reached; without this, the same values are changed on the page of many at once.
import { all, el, parse, say, swapped } from './dom.js'
import { hideLater } from './small.js'

const HEADERS = { 'X-Requested-With': 'cell' }

document.addEventListener('pointerover', event => ready(event.target))
document.addEventListener('focusin', event => ready(event.target))
document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('.cell') : null
  if (button) open(button)
})

const tableOf = part => part.closest('[data-cells]')

function ready (target) {
  const row = target instanceof Element ? target.closest('[data-cells] tr[id]') : null
  if (row && !row.dataset.ready) upgrade(row)
}

function upgrade (row) {
  row.dataset.ready = 'true'
  const heads = all('thead th', tableOf(row))
  for (const cell of all('td[data-cell]', row)) {
    const name = heads[cell.cellIndex].textContent.trim()
    const value = cell.textContent.trim()
    const button = el('button', { type: 'button', class: 'cell', 'aria-label': `${name}: ${value || '–'}` })
    if (value) button.append(...cell.childNodes)
    else button.append('–')
    cell.append(button)
  }
}

async function open (button) {
  const cell = button.closest('td')
  const row = cell.closest('tr')
  const table = tableOf(row)
  const place = table.closest('[data-poll]')
  const address = `${table.dataset.cells}?do=${cell.dataset.cell}&id=${row.id.replace('step-', '')}`
  const answer = await fetch(address, { headers: HEADERS, redirect: 'error' }).catch(() => null)
  const form = answer && answer.ok ? parse(await answer.text()).querySelector('form') : null
  if (!form) { location.href = address; return }
  const field = form.querySelector('select, input:not([type=hidden])')
  const close = focus => {
    if (form.dataset.closed) return
    form.dataset.closed = 'true'
    form.remove()
    button.hidden = false
    if (place) place.toggleAttribute('data-held', Boolean(place.querySelector('.cell-form')))
    if (focus) button.focus({ preventScroll: true })
  }
  if (place) place.setAttribute('data-held', '')
  button.hidden = true
  cell.append(form)
  field.focus()
  const before = field.value
  form.addEventListener('keydown', event => { if (event.key === 'Escape') { event.stopPropagation(); close(true) } })
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (field.value === before) close(true)
    else save(form, field, row, cell.dataset.cell)
  })
  if (field.tagName === 'SELECT') field.addEventListener('change', () => form.requestSubmit())
  // What is left without a change closes; what was changed is saved.
  form.addEventListener('focusout', event => {
    if (form.contains(event.relatedTarget) || !form.isConnected || form.dataset.sent || form.dataset.closed) return
    if (field.value === before) close(false)
    else form.requestSubmit()
  })
}

async function save (form, field, row, name) {
  if (form.dataset.sent) return
  form.dataset.sent = 'true'
  const table = tableOf(row)
  const body = new URLSearchParams(new FormData(form))
  body.set('cols', table.dataset.cols)
  body.set('next', location.pathname + location.search)
  const answer = await fetch(form.getAttribute('action'), { method: 'POST', headers: HEADERS, body, redirect: 'error' }).catch(() => null)
  const told = answer && (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : null
  if (told && told.url) { location.href = told.url; return }
  if (!told || !told.ok) {
    delete form.dataset.sent
    fail(form, field, (told && told.message) || table.dataset.wordFailed)
    return
  }
  const place = table.closest('[data-poll]')
  const fresh = parse(told.row_html).firstElementChild
  row.replaceWith(fresh)
  upgrade(fresh)
  fresh.classList.add('is-saved')
  if (place) place.removeAttribute('data-held')
  const again = fresh.querySelector(`[data-cell="${name}"] .cell`)
  if (again) again.focus({ preventScroll: true })
  for (const old of all('.undo')) old.remove()
  document.body.append(parse(told.strip_html))
  for (const strip of all('[data-undo-strip]')) hideLater(strip)
  say(table.dataset.wordSaved)
  swapped(fresh)
}

function fail (form, field, words) {
  for (const old of all('.field-error', form)) old.remove()
  const said = el('div', { class: 'field-error', id: 'cell-error', role: 'alert' }, words)
  form.append(said)
  field.setAttribute('aria-invalid', 'true')
  field.setAttribute('aria-describedby', 'cell-error')
  field.focus()
}
