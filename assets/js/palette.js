// Ctrl/Cmd+K: go to, create, search. Without JavaScript the same link leads to the search page.
import { all, el, icon, on } from './dom.js'

let box = null
let asked = 0
let timer = 0

export function startPalette () {
  box = document.getElementById('palette')
  if (!box || !box.showModal) { box = null; return }
  const input = box.querySelector('input')
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => ask(input.value), 120) })
  box.addEventListener('keydown', event => {
    if (event.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      choose(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const chosen = box.querySelector('[aria-selected="true"]')
      if (chosen) chosen.click()
    }
  })
  box.addEventListener('close', () => { asked += 1 })
  on('click', '[data-open-palette]', event => { if (!event.ctrlKey && !event.metaKey && openPalette()) event.preventDefault() })
  if (/Mac|iPhone|iPad/.test(navigator.platform || '')) for (const key of all('.searchlink kbd')) key.textContent = '⌘ K'
}

export function openPalette () {
  if (!box) return false
  if (!box.open) {
    box.showModal()
    const input = box.querySelector('input')
    input.select()
    input.focus()
    ask(input.value)
  }
  return true
}

async function ask (text) {
  const mine = ++asked
  const address = new URL(box.dataset.palette, location.href)
  address.searchParams.set('q', text.trim())
  let groups
  try {
    const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    if (!answer.ok) throw new Error(String(answer.status))
    groups = (await answer.json()).groups || []
  } catch {
    if (mine === asked) show([], box.dataset.wordAway)
    return
  }
  if (mine === asked && box.open) show(groups, box.dataset.wordNone)
}

function show (groups, nothing) {
  const list = box.querySelector('.palette-list')
  const parts = []
  let count = 0
  for (const group of groups) {
    if (!group.items.length) continue
    const inside = el('div', { role: 'group', 'aria-label': group.label }, el('div', { class: 'palette-group', 'aria-hidden': 'true' }, group.label))
    for (const item of group.items) {
      inside.append(el('a', { class: 'palette-item', role: 'option', id: `palette-${count++}`, href: item.url, tabindex: '-1', 'aria-selected': 'false' },
        icon(item.icon || 'arrow-right'), el('span', { class: 'clip' }, item.label), item.hint ? el('span', { class: 'meta' }, item.hint) : null))
    }
    parts.push(inside)
  }
  list.replaceChildren(...(parts.length ? parts : [el('div', { class: 'palette-group' }, nothing || '')]))
  choose(1)
}

function choose (by) {
  const items = all('.palette-item', box)
  const input = box.querySelector('input')
  if (!items.length) { input.removeAttribute('aria-activedescendant'); return }
  const at = items.findIndex(item => item.getAttribute('aria-selected') === 'true')
  const next = items[(at + by + items.length) % items.length] || items[0]
  for (const item of items) item.setAttribute('aria-selected', item === next ? 'true' : 'false')
  input.setAttribute('aria-activedescendant', next.id)
  next.scrollIntoView({ block: 'nearest' })
}
