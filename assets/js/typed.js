// What is half typed into a row of a list stays on this device until it is sent: a reload, another filter or a lost page
// takes none of it.
import { all } from './dom.js'

const KEPT_MS = 12 * 3600 * 1000
// The same field of a row means another thing where the row is done: what is typed belongs to what its form does.
const idOf = field => `${field.id}.${(field.form && field.form.dataset.to) || ''}`
const key = () => `planner.typed.${document.body.dataset.user || ''}`
const fieldsOf = place => all('[data-tick-row] input[id]:not([type="file"]):not([type="checkbox"]):not([type="radio"]):not([type="hidden"]), [data-tick-row] textarea[id]', place)

export function startTyped () {
  restoreIn(document)
  document.addEventListener('planner:swapped', event => {
    if (event.target instanceof Element) restoreIn(event.target.parentElement || event.target)
  })
  document.addEventListener('input', event => {
    const field = event.target
    if (!field.id || !field.closest('[data-tick-row]') || !['text', 'number', 'textarea'].includes(field.type)) return
    const kept = read()
    if (field.value) kept[idOf(field)] = { said: field.value, at: Date.now() }
    else delete kept[idOf(field)]
    write(kept)
  })
}

function restoreIn (place) {
  const kept = read()
  if (!Object.keys(kept).length) return
  for (const field of fieldsOf(place)) {
    const held = kept[idOf(field)]
    if (held && !field.value && !field.defaultValue) field.value = held.said
  }
}

/** These words have been sent. */
export function forgetTyped (fields) {
  const kept = read()
  for (const field of fields) delete kept[idOf(field)]
  write(kept)
}

function read () {
  try {
    const kept = JSON.parse(localStorage.getItem(key())) || {}
    return Object.fromEntries(Object.entries(kept).filter(([, each]) => Date.now() - each.at < KEPT_MS))
  } catch {
    return {}
  }
}

function write (kept) {
  try {
    if (Object.keys(kept).length) localStorage.setItem(key(), JSON.stringify(kept))
    else localStorage.removeItem(key())
  } catch { /* full or forbidden: the page still works */ }
}
