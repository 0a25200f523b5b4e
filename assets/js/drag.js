// A show on the timeline of the studios is moved by hand: dragged, stretched at its ends, or led by the arrows.
// Nothing is changed here. What comes out is the address of the page that shows what would follow, and asks.
import { all, el, say, typingIn } from './dom.js'
import { tellWhy } from './hand.js'

const QUARTER = 15
const DAY = 24 * 60
const SLIP = 4
const EDGE = 56

const grid = document.querySelector('[data-drag]')
const bar = document.querySelector('[data-by-hand]')
const days = Number(grid.dataset.drag)
const first = minutes(grid.dataset.first)
const dayWords = grid.dataset.days.split('|')
const rooms = all('[data-room]', grid)

/** What is being moved: { show, from, now, edge, keys, pointer, x, y, at, ghost }; pressed only while it has no ghost, outside while it has no `now`. */
let held = null

for (const show of all('[data-move]', grid)) {
  show.draggable = false
  if (days === 1) for (const edge of ['start', 'end']) show.append(el('span', { class: `show-grip is-${edge}`, 'data-edge': edge, 'aria-hidden': 'true' }))
}
grid.addEventListener('pointerdown', take)
grid.addEventListener('dragstart', event => { if (event.target.closest('[data-move]')) event.preventDefault() })
grid.addEventListener('touchmove', event => { if (held && !held.keys) event.preventDefault() }, { passive: false })
document.addEventListener('pointermove', event => { if (held && event.pointerId === held.pointer) lead(event) })
document.addEventListener('pointerup', event => { if (held && event.pointerId === held.pointer) drop(event) })
document.addEventListener('pointercancel', event => { if (held && event.pointerId === held.pointer) stop() })
document.addEventListener('keydown', press, true)
document.addEventListener('focusin', event => { if (held && held.keys && !held.show.contains(event.target)) stop() })
addEventListener('pagehide', () => stop())
const arrived = /^#show-\d+$/.test(location.hash) && document.querySelector(`${location.hash} a`)
// After the browser has gone to the place in the address, which takes the focus away.
if (arrived) addEventListener('load', () => requestAnimationFrame(() => arrived.focus({ preventScroll: true })))

// The team's clock as minutes, read as if it were UTC: what a person moves is what the wall shows.
function minutes (wall) { return Date.parse(`${wall}:00Z`) / 60000 }
function wall (at) { return new Date(at * 60000).toISOString().slice(0, 16) }
const within = (value, low, high) => Math.min(high, Math.max(low, value))
const isGrid = () => days > 1 || matchMedia('(min-width: 1024px)').matches

/** On a quarter of an hour once it leaves its place; whoever only changes the room keeps the minute. */
function snapped (at, by) {
  return Math.round(by / QUARTER) ? Math.round((at + Math.round(by / QUARTER) * QUARTER) / QUARTER) * QUARTER : at
}

function moved (from, by, room) {
  const last = first + days * DAY
  if (days === 1) return { ...from, room, start: within(snapped(from.start, by), Math.min(first, from.start), last - QUARTER) }
  const day = Math.floor((from.start - first) / DAY)
  return { ...from, room, start: from.start + (within(day + Math.round(by / DAY), 0, days - 1) - day) * DAY }
}

function stretched (from, by, edge) {
  const end = from.start + from.minutes
  const least = Math.min(QUARTER, from.minutes)
  if (edge === 'end') return { ...from, minutes: within(snapped(end, by), from.start + least, from.start + DAY) - from.start }
  const start = within(snapped(from.start, by), end - DAY, end - least)
  return { ...from, start, minutes: end - start }
}

/** 20:15–次日 00:15 · 2号间; with its day where that is not plain. */
function told ({ start, minutes: length, room }) {
  const clock = at => wall(at).slice(11)
  const dayOf = at => Math.floor(at / DAY)
  const ahead = dayOf(start) - dayOf(first)
  const day = days > 1 || ahead ? `${dayWords[ahead + 1] || wall(start).slice(0, 10)} ` : ''
  const end = start + length
  const tail = dayOf(end) > dayOf(start) ? bar.dataset.wordNext.replace('%s', clock(end)) : clock(end)
  return `${day}${clock(start)}–${tail} · ${rooms[room].dataset.name}`
}

function placeOf (show) {
  return { start: minutes(show.dataset.start), minutes: Number(show.dataset.minutes), room: rooms.indexOf(show.closest('[data-room]')) }
}

/** Where on the wall a point of the window lies; in seven days only the day of it counts. */
function under (x, y) {
  if (days === 1) {
    const box = rooms[0].querySelector('.room-items').getBoundingClientRect()
    return (x - box.left) / box.width * DAY
  }
  const cell = document.elementsFromPoint(x, y).find(found => found.matches('td') && grid.contains(found))
  return cell ? (cell.cellIndex - 1) * DAY : null
}

function roomUnder (x, y) {
  const found = document.elementsFromPoint(x, y).map(each => each.closest('[data-room]')).find(each => each && grid.contains(each))
  return found ? rooms.indexOf(found) : -1
}

function isInside (x, y) {
  const box = grid.getBoundingClientRect()
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
}

function take (event) {
  if (held && held.keys) stop()
  const show = event.target.closest('[data-move]')
  if (!show || held || event.button || event.pointerType === 'touch' || !isGrid() || event.target.closest('.show-move')) return
  const edge = event.target.dataset.edge || ''
  held = { show, from: placeOf(show), edge, pointer: event.pointerId, x: event.clientX, y: event.clientY, at: under(event.clientX, event.clientY) }
}

function lead (event) {
  const far = Math.hypot(event.clientX - held.x, event.clientY - held.y)
  if (!held.ghost && far < SLIP) return
  if (!held.ghost) {
    held.show.setPointerCapture(event.pointerId)
    begin()
    getSelection().removeAllRanges()
    requestAnimationFrame(roll)
  }
  held.x = event.clientX
  held.y = event.clientY
  follow()
}

/** The proposal follows the pointer; outside of the rooms there is none, and letting go there changes nothing. */
function follow () {
  const { from, edge, x, y } = held
  const room = edge ? (isInside(x, y) ? from.room : -1) : roomUnder(x, y)
  const at = under(x, y)
  if (room < 0 || at === null) propose(null)
  else propose(edge ? stretched(from, at - held.at, edge) : moved(from, at - held.at, room))
}

/** While the pointer stays near an edge, what is beyond it comes into sight. */
function roll () {
  if (!held || held.keys) return
  const towards = (at, low, high) => at < low + EDGE ? -1 : at > high - EDGE ? 1 : 0
  const frame = grid.parentElement
  const box = frame.getBoundingClientRect()
  const across = frame.scrollWidth > frame.clientWidth ? towards(held.x, box.left, box.right) : 0
  const down = towards(held.y, 0, innerHeight)
  const before = [frame.scrollLeft, scrollY].join()
  frame.scrollLeft += across * 8
  scrollBy(0, down * 8)
  if (before !== [frame.scrollLeft, scrollY].join()) follow()
  requestAnimationFrame(roll)
}

function drop (event) {
  if (!held.ghost) { held = null; return }
  // The click that ends a drag opens nothing.
  const swallow = click => { click.preventDefault(); click.stopPropagation() }
  addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => removeEventListener('click', swallow, { capture: true }))
  event.preventDefault()
  finish()
}

function begin () {
  held.ghost = el(days > 1 ? 'div' : 'li', { class: 'drag-ghost', 'aria-hidden': 'true' }, el('span', { class: 'drag-told num' }))
  held.show.classList.add('is-held')
  grid.classList.add('is-moving')
  grid.classList.toggle('is-stretching', Boolean(held.edge))
  propose(held.from)
}

function propose (now) {
  held.now = now
  grid.classList.toggle('is-nowhere', !now)
  if (!now) { held.ghost.remove(); return }
  const left = now.start - first
  const day = Math.floor(left / DAY)
  const place = days > 1 ? rooms[now.room].querySelectorAll('td')[day] : rooms[now.room].querySelector('.room-items')
  if (days === 1) {
    const from = within(left, 0, DAY)
    held.ghost.style.setProperty('left', `${from / DAY * 100}%`)
    held.ghost.style.setProperty('width', `${(within(left + now.minutes, 0, DAY) - from) / DAY * 100}%`)
  }
  held.ghost.classList.toggle('is-late', days > 1 ? day > days / 2 : left > DAY / 2)
  held.ghost.firstChild.textContent = told(now)
  if (held.ghost.parentElement !== place) place.append(held.ghost)
  if (!held.keys) return
  bar.querySelector('[data-by-hand-told]').textContent = told(now)
  held.ghost.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

const isSame = (a, b) => a.start === b.start && a.minutes === b.minutes && a.room === b.room

/** To the page that shows what would follow; back to here afterwards. */
function finish () {
  const { show, from, now } = held
  stop()
  if (!now) { tellWhy(bar.dataset.wordOutside); return }
  if (isSame(from, now)) { say(bar.dataset.wordStopped); return }
  const asked = new URLSearchParams({ version: show.dataset.version, next: `${location.pathname}${location.search}#${show.id}` })
  if (now.start !== from.start) asked.set('start', wall(now.start))
  if (now.minutes !== from.minutes) asked.set('minutes', String(now.minutes))
  if (now.room !== from.room) asked.set('studio_id', rooms[now.room].dataset.room)
  location.assign(`${show.dataset.move}?${asked}`)
}

function stop () {
  if (!held) return
  if (held.ghost) held.ghost.remove()
  held.show.classList.remove('is-held')
  grid.classList.remove('is-moving', 'is-stretching', 'is-nowhere')
  bar.hidden = true
  held = null
}

function press (event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  if (held && held.ghost) steer(event)
  else if (event.key === 'm' && !event.repeat && !typingIn(event.target) && !document.querySelector('dialog[open]')) lift(event)
}

function lift (event) {
  const row = event.target.closest('[data-row]') || document.querySelector('.row-on')
  if (!row || !grid.contains(row)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (!row.matches('[data-move]')) { say(bar.dataset.wordFixed); return }
  if (!isGrid()) { row.querySelector('.show-move').click(); return }
  if (!row.contains(document.activeElement)) row.querySelector('a').focus()
  held = { show: row, from: placeOf(row), edge: '', keys: true }
  bar.hidden = false
  begin()
  say(bar.dataset.wordMoving.replace('%s', row.querySelector('.show-title, .cal-theme').textContent.trim()))
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** While something is held, the keys belong to it. */
function steer (event) {
  if (event.key === 'Tab') { stop(); return }
  if (event.key === 'Escape') { stop(); say(bar.dataset.wordStopped) }
  if (held && held.keys && event.key === 'Enter') finish()
  const way = ARROWS[event.key]
  if (held && held.keys && way) {
    const { now } = held
    const by = way[0] * (days > 1 ? DAY : QUARTER)
    if (event.shiftKey && way[0]) propose(stretched(now, way[0] * QUARTER, 'end'))
    else if (!event.shiftKey) propose(moved(now, by, within(now.room + way[1], 0, rooms.length - 1)))
    say(told(held.now))
  }
  if (event.key === 'Shift') return
  event.preventDefault()
  event.stopImmediatePropagation()
}
