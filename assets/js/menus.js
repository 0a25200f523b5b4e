// Menus are <details>; here they learn to close, to stay inside the window and to be walked with arrows.
import { all, on } from './dom.js'
import { fillRowMenu } from './rowmenu.js'

export function startMenus () {
  document.addEventListener('click', event => {
    for (const menu of all('details.menu[open], details.confirm[open]')) {
      const inside = menu.contains(event.target)
      const onVeil = inside && event.target === menu.firstElementChild && event.offsetY < -20
      if (!inside || onVeil) menu.open = false
    }
  })
  document.addEventListener('keydown', event => {
    const menu = event.target instanceof Element ? event.target.closest('details.menu[open], details.confirm[open]') : null
    if (!menu) return
    if (event.key === 'Escape') {
      event.preventDefault()
      menu.open = false
      menu.querySelector('summary').focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const items = all('.menu-item, .menu-pop .btn, .menu-pop input', menu).filter(item => item.offsetParent)
      if (!items.length || (document.activeElement && document.activeElement.matches('input, textarea, select'))) return
      event.preventDefault()
      const at = items.indexOf(document.activeElement)
      items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length].focus()
    }
  })
  document.addEventListener('toggle', event => {
    const menu = event.target
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches('.menu')) return
    document.documentElement.classList.toggle('has-open-menu', Boolean(document.querySelector('details.menu[open]')))
    if (menu.open) {
      fillRowMenu(menu)
      place(menu)
    }
  }, true)
  on('click', '[data-open]', (event, found) => { const dialog = document.getElementById(found.dataset.open); if (dialog && dialog.showModal) dialog.showModal() })
  on('click', 'dialog [data-close]', (event, found) => found.closest('dialog').close())
  document.addEventListener('click', event => { if (event.target instanceof HTMLDialogElement && event.target.open && outside(event)) event.target.close() })
}

function outside (event) {
  const box = event.target.getBoundingClientRect()
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom
}

/** At a desk the pop-up is fixed beside its button, so a scrolling table can't cut it off; on a phone the sheet of the stylesheet stays. */
function place (menu) {
  const pop = menu.querySelector('.menu-pop')
  if (!pop || window.innerWidth < 600) { if (pop) pop.style.position = ''; return }
  const anchor = menu.querySelector('summary').getBoundingClientRect()
  pop.style.position = 'fixed'
  pop.style.right = 'auto'
  pop.style.top = '0'
  pop.style.left = '0'
  const { width, height } = pop.getBoundingClientRect()
  const below = anchor.bottom + 4
  const top = below + height > window.innerHeight - 8 && anchor.top - 4 - height > 8 ? anchor.top - 4 - height : below
  const left = Math.min(Math.max(8, pop.classList.contains('is-left') ? anchor.left : anchor.right - width), window.innerWidth - width - 8)
  pop.style.top = `${top}px`
  pop.style.left = `${left}px`
  window.addEventListener('scroll', () => { menu.open = false }, { once: true, passive: true })
}
