// Copying, the undo strip, the theme, the way back.
import { all, newId, on, say, word } from './dom.js'

export function startSmall () {
  on('click', '[data-copy]', (event, button) => { event.preventDefault(); copy(button) })
  on('click', '[data-back]', () => history.back())
  for (const button of all('[data-back]')) button.hidden = history.length < 2
  on('click', '[data-print]', () => window.print())
  for (const button of all('[data-print], [data-copy]')) button.hidden = false
  for (const strip of all('[data-undo-strip]')) hideLater(strip)
  on('submit', '[data-theme-form]', theme)
  for (const box of all('[data-pick-all]')) box.hidden = false
  on('change', '[data-pick-all]', (event, box) => { for (const each of all('input[name=id]')) each.checked = box.checked; picked() })
  on('change', 'input[name=id]', picked)
  picked()
  for (const tab of all('.tabs [aria-current], .filters [aria-current]')) inSight(tab)
  begin()
}

/** How many are chosen stands in the bar that changes them. */
function picked () {
  for (const place of all('[data-picked]')) {
    const count = all('input[name=id]').filter(box => box.checked).length
    place.textContent = place.dataset.word.replace('%s', count)
    place.hidden = false
  }
}

/** In a strip of tabs or filters that is wider than its screen the one that is open can be seen. */
function inSight (tab) {
  const strip = tab.parentElement
  const out = tab.getBoundingClientRect().right - strip.getBoundingClientRect().right
  if (out > -24) strip.scrollLeft += out + 48
}

/** A list of days opens at today where the days stand under each other and nobody asked for another place. */
function begin () {
  const place = document.querySelector('[data-start]')
  if (place && !location.hash && !scrollY && matchMedia('(max-width: 1023.98px)').matches) place.scrollIntoView()
}

async function copy (button) {
  const source = document.querySelector(button.getAttribute('data-copy'))
  if (!source) return
  const text = 'value' in source && source.value !== undefined ? source.value : source.innerText || source.textContent
  const done = await copyText(text)
  if (!done) { select(source); return }
  const told = button.dataset.wordDone || word('copied')
  if (!button.dataset.label) button.dataset.label = button.innerHTML
  const wasLabel = button.getAttribute('aria-label')
  if (button.classList.contains('btn-icon')) { if (wasLabel) button.setAttribute('aria-label', told) } else button.textContent = told
  button.classList.add('is-copied')
  say(told)
  setTimeout(() => {
    if (!button.classList.contains('btn-icon')) button.innerHTML = button.dataset.label
    else if (wasLabel) button.setAttribute('aria-label', wasLabel)
    button.classList.remove('is-copied')
  }, 2000)
}

/** The clipboard interface exists on HTTPS only; in a studio on plain HTTP a hidden text field does it. */
export async function copyText (text) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(text); return true } catch { /* the older way is tried */ }
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'sr'
  document.body.append(area)
  area.select()
  let done = false
  try { done = document.execCommand('copy') } catch { done = false }
  area.remove()
  return done
}

function select (source) {
  if (source.select) { source.select(); return }
  const range = document.createRange()
  range.selectNodeContents(source)
  const selection = getSelection()
  selection.removeAllRanges()
  selection.addRange(range)
}

export function hideLater (strip) {
  const seconds = Number(strip.dataset.seconds) || 10
  let left = setTimeout(hide, seconds * 1000)
  const wait = () => clearTimeout(left)
  const go = () => { clearTimeout(left); left = setTimeout(hide, 3000) }
  strip.addEventListener('mouseenter', wait)
  strip.addEventListener('focusin', wait)
  strip.addEventListener('mouseleave', go)
  strip.addEventListener('focusout', go)
  function hide () { if (strip.contains(document.activeElement)) return; strip.hidden = true }
}

/** On a phone the sheet covers what has changed its colours, so it goes; at a desk the menu stays beside the page. */
function leave (form) {
  const menu = form.closest('details.menu[open]')
  if (!menu || matchMedia('(min-width: 600px)').matches) return
  menu.open = false
  menu.querySelector('summary').focus()
}

/** The theme changes at once; its form is still sent, so the account remembers it on every device. */
function theme (event, form) {
  const button = event.submitter
  const value = button && button.getAttribute('data-theme-set')
  if (!value) return
  event.preventDefault()
  const root = document.documentElement
  if (value === 'system') root.removeAttribute('data-theme')
  else root.setAttribute('data-theme', value)
  for (const each of all('[data-theme-set]', form)) each.setAttribute('aria-pressed', each === button ? 'true' : 'false')
  leave(form)
  const fields = new URLSearchParams(new FormData(form))
  fields.set('theme', value)
  // Each choice is an act of its own: the page's key would count the second one as a repeat of the first.
  fields.set('once', newId())
  fetch(form.action, { method: 'POST', body: fields, credentials: 'same-origin', redirect: 'manual' })
    .then(answer => { if (answer.type !== 'opaqueredirect' && !answer.ok) form.submit() }, () => {})
}
