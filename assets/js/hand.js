// What is in the hand was let go where it can't be: it is back in its place, and a strip says why.
import { all, el, icon, say } from './dom.js'
import { hideLater } from './small.js'

/** Where the pointer is. While the browser itself drags, only what it passes over is told so. */
let at = null
for (const type of ['pointerdown', 'pointermove', 'dragover']) document.addEventListener(type, event => { at = [event.clientX, event.clientY] }, { capture: true, passive: true })

/** What of this kind lies under the pointer; null where nothing does. */
export function under (selector) {
  const found = at && document.elementFromPoint(...at)
  return found ? found.closest(selector) : null
}

export const where = () => at

/** Why it stays where it was, for eyes and ears. */
export function tellWhy (text) {
  for (const old of all('.undo:not([data-away])')) old.remove()
  const strip = el('div', { class: 'undo', 'data-undo-strip': '', 'data-seconds': '10' }, icon('triangle-alert'), el('span', { class: 'undo-text' }, text))
  document.body.append(strip)
  hideLater(strip)
  say(text)
}
