// An item that is gone through product by product: what has been checked stays on this device until it is ticked, so that
// neither a reload nor what others do meanwhile takes it away.
import { all } from './dom.js'

const KEPT_MS = 12 * 3600 * 1000
const key = list => `planner.products.${document.body.dataset.user || ''}.${list.dataset.products}`

export function startProducts () {
  restoreIn(document)
  document.addEventListener('planner:swapped', event => { if (event.target instanceof Element) restoreIn(event.target) })
  document.addEventListener('change', event => {
    const list = event.target.closest && event.target.closest('[data-products]')
    if (list) keep(list)
  })
}

const boxes = list => all('input[type="checkbox"]', list)

function restoreIn (place) {
  for (const list of all('[data-products]', place)) {
    const kept = read(list)
    for (const box of boxes(list)) if (kept.includes(box.value)) box.checked = true
    settle(list)
  }
}

function read (list) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(list)))
    return kept && Date.now() - kept.at < KEPT_MS ? kept.checked : []
  } catch {
    return []
  }
}

function keep (list) {
  const checked = boxes(list).filter(box => box.checked).map(box => box.value)
  try { localStorage.setItem(key(list), JSON.stringify({ at: Date.now(), checked })) } catch { /* it lasts as long as the page */ }
  settle(list)
}

/** What is kept holds up no refresh of the page any more. */
function settle (list) {
  for (const box of boxes(list)) box.defaultChecked = box.checked
  list.querySelector('[data-products-count]').textContent = boxes(list).filter(box => box.checked).length
}

/** How many products of a row are not checked yet. */
export const productsLeft = list => boxes(list).filter(box => !box.checked).length

/** What was checked has been sent: the next round begins with nothing. */
export function forgetProducts (list) {
  try { localStorage.removeItem(key(list)) } catch { /* nothing was kept */ }
}
