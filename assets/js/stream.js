// What others do is told within a second: one event stream for all tabs of a browser names the objects that have changed,
// and each page asks for its own part again. The tab that holds the lease has the stream and passes on what it hears.
import { all } from './dom.js'

const LEASE_MS = 5000
const LOOK_MS = 1000
const CLAIM_MS = 250
const REFUSED_MS = 60000
const EVERYTHING = '*'
const tab = Math.random().toString(36).slice(2)

let lease = ''
let letters = ''
let source = null
let channel = null
let tell = () => {}
let refused = 0
let joined = false
let claiming = 0

/** `changed` is told the names of what has changed, like session-12; `*` where anything may have. */
export function startStream (changed) {
  const { user = 'desk', team } = document.body.dataset
  if (!team || !window.EventSource) return
  lease = `planner.stream.${team}.${user}`
  letters = `planner.told.${team}.${user}`
  tell = changed
  if (window.BroadcastChannel) {
    channel = new BroadcastChannel(letters)
    channel.addEventListener('message', event => tell(event.data))
  }
  window.addEventListener('storage', event => {
    // A lease that has become free is looked at by all tabs at once: not all of them in the same moment.
    if (event.key === lease) setTimeout(look, event.newValue ? 0 : Math.random() * CLAIM_MS)
    if (event.key === letters && event.newValue && !channel) tell(event.newValue.split('|')[0].split(' '))
  })
  window.addEventListener('pagehide', leave)
  window.addEventListener('pageshow', look)
  window.addEventListener('online', () => { refused = 0; look() })
  document.addEventListener('visibilitychange', look)
  setInterval(look, LOOK_MS)
  look()
}

/** Whether news come by themselves at this moment, here or over another tab. */
export function isStreaming () {
  if (source) return source.readyState === 1
  const held = read()
  return Boolean(held && held.open && held.tab !== tab && held.until > Date.now())
}

function read () {
  try {
    const [holder, until, open] = (localStorage.getItem(lease) || '').split(':')
    return holder ? { tab: holder, until: Number(until), open: open === '1' } : null
  } catch {
    return null
  }
}

function write () {
  try { localStorage.setItem(lease, `${tab}:${Date.now() + LEASE_MS}:${source && source.readyState === 1 ? 1 : 0}`) } catch { /* each tab for itself */ }
}

function look () {
  const now = Date.now()
  const held = read()
  if (document.hidden || now < refused || !all('[data-live]').length) { leave(); return }
  if (held && held.tab !== tab && held.until > now && held.until < now + LEASE_MS * 2) {
    close()
    // What happened while this page was on its way was told to the others already.
    if (held.open && !joined) { joined = true; tell([EVERYTHING]) }
    return
  }
  write()
  if (source) return
  clearTimeout(claiming)
  claiming = setTimeout(claim, CLAIM_MS)
}

/** All tabs find the lease free at the same moment: only the one that wrote last opens a stream. */
function claim () {
  const held = read()
  if (!source && !document.hidden && (!held || held.tab === tab)) open()
}

function open () {
  source = new EventSource('/stream')
  source.addEventListener('open', write)
  source.addEventListener('message', event => {
    const names = event.data.split(' ')
    joined = true
    tell(names)
    pass(names)
  })
  source.addEventListener('error', () => {
    if (source && source.readyState === 2) { refused = Date.now() + REFUSED_MS; leave() } else write()
  })
}

function pass (names) {
  if (channel) { channel.postMessage(names); return }
  try { localStorage.setItem(letters, `${names.join(' ')}|${Date.now()}${Math.random()}`) } catch { /* each tab for itself */ }
}

function close () {
  if (source) source.close()
  source = null
}

function leave () {
  clearTimeout(claiming)
  close()
  joined = false
  const held = read()
  if (held && held.tab === tab) try { localStorage.removeItem(lease) } catch { /* nothing is stored there */ }
}
