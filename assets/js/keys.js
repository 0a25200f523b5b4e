// One-letter keys, only while nobody types.
import { all, typingIn } from './dom.js'
import { openPalette } from './palette.js'

export function startKeys () {
  for (const button of all('[data-open="keys"]')) button.hidden = false
  document.addEventListener('keydown', event => {
    if (event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      if (openPalette()) event.preventDefault()
      return
    }
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.target instanceof Element && event.target.matches('[data-send]')) {
      event.preventDefault()
      event.target.form.requestSubmit()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typingIn(event.target) || document.querySelector('dialog[open]')) return
    const act = KEYS[event.key] || (/^[1-8ar]$/.test(event.key) && !event.repeat ? () => tap(event.key) : null)
    if (act && act(event) !== false) event.preventDefault()
  })
}

const KEYS = {
  '?': () => { const sheet = document.getElementById('keys'); if (!sheet || !sheet.showModal) return false; sheet.showModal() },
  '/': () => { const box = document.querySelector('[data-search]'); if (!box) return openPalette(); box.focus(); box.select() },
  j: () => move(1),
  k: () => move(-1),
  n: () => follow('[data-new]'),
  e: () => follow('[data-edit]'),
  x: () => { const row = here(); const box = row && row.querySelector('.tick-box, input[type="checkbox"]'); if (!box) return false; box.click() },
  Enter: event => {
    if (event.target !== document.body && !(event.target instanceof Element && event.target.matches('[data-row]'))) return false
    const row = here()
    const link = row && row.querySelector('a[href], [data-row-open]')
    if (!link) return false
    link.click()
  }
}

/** What the page offers under this key, as if it were tapped: a tile of 记一笔, a decision. */
function tap (key) {
  const row = here()
  const tile = (row && row.querySelector(`[data-row-key="${key}"]`)) || document.querySelector(`[data-key="${key}"]`)
  if (!tile || tile.disabled) return false
  tile.click()
}

const here = () => document.querySelector('.row-on')

function follow (selector) {
  const link = document.querySelector(selector)
  if (!link) return false
  link.click()
}

function move (by) {
  const rows = all('[data-row]').filter(row => row.offsetParent)
  if (!rows.length) return false
  const now = here()
  const at = rows.indexOf(now)
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]
  if (now) now.classList.remove('row-on')
  next.classList.add('row-on')
  if (!next.hasAttribute('tabindex')) next.setAttribute('tabindex', '-1')
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
