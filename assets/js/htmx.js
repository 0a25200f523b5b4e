// htmx for small swaps, without any of its evaluating features and without injected styles.
import htmx from 'htmx.org/dist/htmx.esm.js'
import { swapped } from './dom.js'

export function startHtmx () {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    selfRequestsOnly: true,
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      { code: '409', swap: true },
      { code: '422', swap: true },
      { code: '[45]..', swap: false, error: true }
    ]
  })
  const root = document.documentElement
  let running = 0
  document.addEventListener('htmx:beforeRequest', () => { running += 1; root.classList.add('is-loading') })
  document.addEventListener('htmx:afterRequest', () => { running = Math.max(0, running - 1); if (!running) root.classList.remove('is-loading') })
  document.addEventListener('htmx:afterSwap', event => { swapped(event.target); land(event.target) })
}

// Where the address names a part that came only now, and nobody has moved the page meanwhile: go there, once.
let landed = false

function land (part) {
  if (landed || !window.location.hash || window.scrollY > 0) return
  const found = document.getElementById(window.location.hash.slice(1))
  if (!found || !part.contains(found)) return
  landed = true
  found.scrollIntoView()
}

export const process = element => htmx.process(element)
