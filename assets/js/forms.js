// Forms: one submit has one effect, a question first where asked for, and nothing typed is lost.
import { serverNow } from './clock.js'
import { all, el, on, say, word } from './dom.js'

export function startForms () {
  document.addEventListener('submit', ask, true)
  document.addEventListener('submit', guard)
  window.addEventListener('pageshow', event => { if (event.persisted) all('form[data-sent]').forEach(free) })
  on('change', '[data-autosubmit]', (event, found) => { const form = found.form || found; if (form.requestSubmit) form.requestSubmit(); else form.submit() })
  for (const form of all('form[data-keep]')) keep(form)
  for (const area of all('.drop')) dropping(area)
  for (const hint of all('[data-modified]')) suggestModified(hint)
  for (const choice of all('[data-proposes]')) proposing(choice)
  for (const choice of all('[data-limits]')) limiting(choice)
  const first = document.querySelector('[data-focus]') || document.querySelector('[aria-invalid="true"]')
  const said = first || document.querySelector('main .field-error')
  if (first) first.focus({ preventScroll: true })
  if (said) said.scrollIntoView({ block: 'center' }) // clear of what sticks to the bottom, with its words
}

/** Asks in a dialog; the form goes on its way only after yes. */
function ask (event) {
  const form = event.target
  const question = form.getAttribute('data-confirm')
  const dialog = document.getElementById('ask')
  if (!question || form.dataset.sure === '1' || !dialog || !dialog.showModal) return
  event.preventDefault()
  event.stopImmediatePropagation()
  dialog.querySelector('p').textContent = question
  const yes = dialog.querySelector('[data-yes]')
  const button = event.submitter
  const fresh = yes.cloneNode(true)
  if (form.dataset.confirmYes) fresh.textContent = form.dataset.confirmYes
  yes.replaceWith(fresh)
  fresh.addEventListener('click', () => {
    form.dataset.sure = '1'
    dialog.close()
    if (form.requestSubmit) form.requestSubmit(button || undefined)
    else form.submit()
    delete form.dataset.sure
  })
  dialog.showModal()
  fresh.focus()
}

/** The second submit of the same form is dropped here; the once key makes it harmless if it slips through.
 * Forms whose answer leaves the page where it is may be sent again at once. */
function guard (event) {
  const form = event.target
  if (event.defaultPrevented || form.method.toLowerCase() !== 'post' || form.matches('[data-tick], [data-theme-form]')) return
  if (form.dataset.sent) { event.preventDefault(); return }
  form.dataset.sent = '1'
  document.documentElement.classList.add('is-loading')
  const button = event.submitter || form.querySelector('button:not([type="button"]), input[type="submit"]')
  // After the browser has collected the fields: a disabled button's own value would not be sent.
  setTimeout(() => {
    for (const each of all('button:not([type="button"])', form)) each.setAttribute('aria-disabled', 'true')
    if (button && button.tagName === 'BUTTON' && button.matches('.btn-primary, [data-busy]')) {
      button.dataset.was = button.innerHTML
      button.textContent = button.getAttribute('data-busy') || word('saving')
      say(button.textContent)
    }
  }, 0)
  // A download or a refused connection leaves the page in place: free the form again.
  setTimeout(() => free(form), 15000)
}

function free (form) {
  delete form.dataset.sent
  document.documentElement.classList.remove('is-loading')
  for (const button of all('button', form)) {
    button.removeAttribute('aria-disabled')
    if (button.dataset.was) { button.innerHTML = button.dataset.was; delete button.dataset.was }
  }
}

export { free }

/** Keeps what is typed on this device until it is sent. The page's address and the form's name make the key. */
function keep (form) {
  const key = `planner.keep.${document.body.dataset.user || ''}.${location.pathname}.${form.dataset.keep}`
  const fields = all('input[type="text"], input[type="number"], input:not([type]), textarea', form).filter(field => field.name)
  try {
    const kept = JSON.parse(localStorage.getItem(key) || '{}')
    for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name]
  } catch { /* nothing was kept, or this browser keeps nothing */ }
  let timer = 0
  const save = () => {
    timer = 0
    const now = {}
    for (const field of fields) if (field.value) now[field.name] = field.value
    try { localStorage.setItem(key, JSON.stringify(now)) } catch { /* full or forbidden: the page still works */ }
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 400) })
  form.addEventListener('submit', event => {
    if (event.defaultPrevented) return
    clearTimeout(timer)
    timer = 0
    try { localStorage.removeItem(key) } catch { /* nothing to forget */ }
  })
}

function dropping (area) {
  const input = area.querySelector('input[type="file"]')
  if (!input) return
  const mark = over => area.classList.toggle('is-over', over)
  area.addEventListener('dragover', event => { event.preventDefault(); mark(true) })
  area.addEventListener('dragleave', () => mark(false))
  area.addEventListener('drop', event => {
    event.preventDefault()
    mark(false)
    if (event.dataTransfer && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }
  })
  input.addEventListener('change', () => {
    let name = area.querySelector('.drop-name')
    if (!name) { name = el('strong', { class: 'drop-name' }); input.before(name) }
    name.textContent = Array.from(input.files, file => file.name).join(', ')
  })
}

/** When the chosen file was last changed, to be taken for the time asked for; nothing is filled in unasked. */
function suggestModified (hint) {
  const file = document.getElementById(hint.dataset.modified)
  const field = document.getElementById(hint.dataset.into)
  const button = hint.querySelector('button')
  if (!file || !field || !button) return
  let wall = ''
  const show = () => {
    const chosen = file.files[0]
    wall = chosen && chosen.lastModified && chosen.lastModified <= serverNow() ? wallClock(chosen.lastModified, hint.dataset.zone) : ''
    hint.querySelector('b').textContent = wall.replace('T', ' ')
    hint.hidden = !wall
  }
  file.addEventListener('change', show)
  button.addEventListener('click', () => { field.value = wall; field.dispatchEvent(new Event('input', { bubbles: true })); field.focus() })
  show()
}

/** An instant on the clock of a zone, as a field of date and time wants it. */
function wallClock (instant, zone) {
  const told = new Intl.DateTimeFormat('sv-SE', { timeZone: zone || undefined, dateStyle: 'short', timeStyle: 'short' })
  return told.format(instant).replace(' ', 'T')
}

/** Another choice proposes other values: they take the place of those that were proposed before, never of typed ones. */
function proposing (choice) {
  const known = JSON.parse(choice.dataset.proposes)
  let before = known[choice.value]
  choice.addEventListener('change', () => {
    const now = known[choice.value]
    for (const [name, value] of Object.entries(now || {})) {
      const field = choice.form.elements[name]
      if (field && before && (field.value === before[name] || !field.value)) field.value = value
    }
    before = now || before
  })
}

/** What another choice makes impossible is not offered. */
function limiting (choice) {
  const other = choice.form.elements[choice.dataset.limits]
  const can = JSON.parse(choice.dataset.can)
  const limit = () => {
    const known = can[choice.value]
    for (const option of other.options) option.hidden = option.disabled = Boolean(known) && !known.includes(option.value)
    if (other.selectedOptions[0] && other.selectedOptions[0].disabled) other.value = (known || [])[0]
  }
  choice.addEventListener('change', limit)
  if (!other.matches('[aria-invalid]')) limit()
}
