// The timeline of the plan: a bar is moved by hand, its right end moves its last day, and the arrows do both for whoever
// has the focus on a bar. A step is sent by the form of the timeline, a phase to the page that says what moves along.
import { all, say } from './dom.js'
import { tellWhy } from './hand.js'

const place = document.querySelector('[data-gantt-place]')
const told = document.querySelector('[data-by-hand]')
const MS = 86400000
const SLIP = 4
const EDGE = 48
const PRESS = 350
const FURTHEST = 730

// What others do comes anew every now and then: the parts are looked for when they are needed.
let frame, form, body, words, first

function begin () {
  frame = place.querySelector('[data-gantt]')
  if (!frame) return
  form = frame.querySelector('[data-gantt-form]')
  body = frame.querySelector('.gantt-body')
  words = frame.dataset.days.split('|')
  first = number(frame.dataset.first)
  for (const bar of all('[data-bar]', frame)) bar.setAttribute('draggable', 'false')
}

/** What is being moved: { bar, days, edge, keys, pointer, x, y, from, lifted, timer }; short where it was led to end before it begins. */
let held = null

function number (day) { return Date.parse(`${day}T00:00:00Z`) / MS }
function wordOf (day) { return words[day - first] || new Date(day * MS).toISOString().slice(0, 10) }
const within = (value, low, high) => Math.min(high, Math.max(low, value))
const width = () => body.getBoundingClientRect().width / words.length

/** Its days once it is where it is led to. */
function daysOf ({ bar, days, edge }) {
  const start = bar.dataset.begin ? number(bar.dataset.begin) : null
  const due = bar.dataset.last ? number(bar.dataset.last) : null
  const last = due === null ? start : due
  const begin = start === null ? last : start
  return { begin: edge === 'end' ? begin : begin + days, last: last + days }
}

function tell () {
  const { begin, last } = daysOf(held)
  const text = `${held.bar.dataset.name}: ${begin === last ? '' : `${wordOf(begin)} – `}${wordOf(last)}`
  told.querySelector('[data-by-hand-told]').textContent = text
  told.querySelector('[data-by-hand-edge]').textContent = held.edge === 'end' ? told.dataset.wordEnd : told.dataset.wordWhole
  return text
}

function draw () {
  const by = held.days * width()
  for (const part of held.bar.children) {
    if (part.dataset.wide === undefined && part.tagName === 'rect') part.dataset.wide = part.getBoundingClientRect().width
    const stretches = held.edge === 'end' && part.matches('.g-fill, .g-hit, .g-late')
    if (stretches) part.style.setProperty('width', `${Math.max(Number(part.dataset.wide) + by, 2)}px`)
    else part.style.removeProperty('width')
    if (stretches) part.style.removeProperty('transform')
    else part.style.setProperty('transform', `translateX(${by}px)`)
  }
}

function lead (days) {
  const { begin, last } = daysOf({ ...held, days: 0 })
  const least = held.edge === 'end' ? begin - last : -FURTHEST
  held.days = within(days, least, FURTHEST)
  held.short = days < least
  draw()
  const text = tell()
  if (held.keys) say(days < least ? told.dataset.wordOrder : text)
}

function lift () {
  held.lifted = true
  held.bar.classList.add('is-held')
  frame.classList.add('is-moving')
  told.classList.toggle('is-by-keys', Boolean(held.keys))
  told.hidden = false
  tell()
}

function drop () {
  if (!held) return
  clearTimeout(held.timer)
  place.removeAttribute('data-held')
  for (const part of held.bar.children) {
    part.style.removeProperty('transform')
    part.style.removeProperty('width')
  }
  held.bar.classList.remove('is-held')
  frame.classList.remove('is-moving')
  told.hidden = true
  held = null
}

/** A step is saved at once and can be taken back; of a phase it is shown first what moves along. */
function save () {
  const { bar, days, edge, short } = held
  if (!days) {
    drop()
    if (short) tellWhy(told.dataset.wordOrder)
    else say(told.dataset.wordStopped)
    return
  }
  const back = `${form.elements.next.value.split('#')[0]}#${bar.id}`
  try { sessionStorage.setItem('gantt', JSON.stringify([back.split('#')[0], frame.scrollLeft, frame.scrollTop])) } catch { /* it opens at its beginning */ }
  if (bar.dataset.bar === 'phase') {
    location.assign(`${bar.dataset.move}?${new URLSearchParams({ days, edge, version: bar.dataset.version, next: back })}`)
    return
  }
  form.action = bar.dataset.move
  form.elements.days.value = days
  form.elements.edge.value = edge
  form.elements.version.value = bar.dataset.version
  form.elements.next.value = back
  form.requestSubmit()
}

// By hand: a mouse takes at once, a finger after it has stayed a moment, so that the page can be scrolled over the bars.
place.addEventListener('pointerdown', event => {
  const bar = event.target.closest('[data-bar]')
  if (held && held.keys) drop()
  if (!bar || held || event.button) return
  held = { bar, days: 0, edge: event.target.dataset.edge || 'whole', pointer: event.pointerId, x: event.clientX, y: event.clientY, left: frame.scrollLeft, touch: event.pointerType === 'touch' }
  place.setAttribute('data-held', '')
  if (held.touch) held.timer = setTimeout(() => { lift(); roll() }, PRESS)
})
place.addEventListener('dragstart', event => event.preventDefault())
place.addEventListener('contextmenu', event => { if (held && held.touch) event.preventDefault() })
place.addEventListener('touchmove', event => { if (held && held.lifted && event.cancelable) event.preventDefault() }, { passive: false })
document.addEventListener('pointermove', event => {
  if (!held || held.keys || event.pointerId !== held.pointer) return
  const far = Math.hypot(event.clientX - held.x, event.clientY - held.y)
  if (!held.lifted && held.touch) {
    if (far > SLIP * 2) drop()
    return
  }
  if (!held.lifted && far < SLIP) return
  if (!held.lifted) {
    lift()
    getSelection().removeAllRanges()
    roll()
  }
  held.at = event.clientX
  follow()
})
document.addEventListener('pointerup', event => {
  if (!held || held.keys || event.pointerId !== held.pointer) return
  if (!held.lifted) {
    drop()
    return
  }
  // The click that ends a drag opens nothing.
  const swallow = click => { click.preventDefault(); click.stopPropagation() }
  addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => removeEventListener('click', swallow, { capture: true }))
  save()
})
document.addEventListener('pointercancel', event => { if (held && event.pointerId === held.pointer) drop() })
addEventListener('pagehide', drop)

function follow () {
  if (held.at === undefined) return
  lead(Math.round((held.at - held.x + frame.scrollLeft - held.left) / width()))
}

/** While the pointer stays near an end of what is in sight, what is beyond it comes. */
function roll () {
  if (!held || held.keys || !held.lifted) return
  const box = frame.getBoundingClientRect()
  const side = held.at === undefined ? 0 : held.at > box.right - EDGE ? 1 : held.at < box.left + frame.querySelector('.gantt-corner').offsetWidth + EDGE / 2 ? -1 : 0
  const before = frame.scrollLeft
  frame.scrollLeft += side * 8
  if (before !== frame.scrollLeft) follow()
  requestAnimationFrame(roll)
}

// By keys, for whoever has the focus on a bar.
document.addEventListener('keydown', event => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  if (held && !held.keys && event.key === 'Escape') {
    drop()
    say(told.dataset.wordStopped)
    return
  }
  const bar = event.target instanceof Element ? event.target.closest('[data-bar]') : null
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (!held && bar && by) {
    held = { bar, days: 0, edge: 'whole', keys: true }
    place.setAttribute('data-held', '')
    lift()
    say(told.dataset.wordMoving.replace('%s', bar.dataset.name))
  }
  if (!held || !held.keys) return
  if (event.key === 'Tab') {
    drop()
    return
  }
  if (by) lead(held.days + by * (event.shiftKey ? 7 : 1))
  else if (event.key === 'e') {
    held.edge = held.edge === 'end' ? 'whole' : 'end'
    lead(held.days)
  } else if (event.key === 'Enter') save()
  else if (event.key === 'Escape') {
    drop()
    say(told.dataset.wordStopped)
  } else return
  event.preventDefault()
  event.stopImmediatePropagation()
}, true)
document.addEventListener('focusin', event => { if (held && held.keys && !held.bar.contains(event.target)) drop() })

// It opens where it was left, with the focus on what has just been moved; else a little before today.
function arrive () {
  if (!frame) return
  let kept = null
  try {
    kept = JSON.parse(sessionStorage.getItem('gantt'))
    sessionStorage.removeItem('gantt')
  } catch { /* nothing is kept here */ }
  const moved = /^#(step|phase)-\d+$/.test(location.hash) && document.querySelector(`${location.hash}.g-bar`)
  if (kept && kept[0] === location.pathname + location.search) [, frame.scrollLeft, frame.scrollTop] = kept
  else if (moved) moved.querySelector('.g-hit').scrollIntoView({ block: 'nearest', inline: 'center' })
  else {
    const today = frame.querySelector('#today')
    const place = today ? today.getBoundingClientRect().left - body.getBoundingClientRect().left : 0
    frame.scrollLeft = Math.max(place - (frame.clientWidth - frame.querySelector('.gantt-corner').offsetWidth) / 3, 0)
  }
  if (moved) moved.focus({ preventScroll: true })
}
begin()
place.addEventListener('planner:swapped', begin)
addEventListener('load', () => requestAnimationFrame(arrive))
