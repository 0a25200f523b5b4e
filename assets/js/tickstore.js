// Where ticks wait: one entry of localStorage each, so that two tabs never overwrite each other's list.
// The key sorts by the moment of the tap, which is the order in which they are sent.
const PREFIX = 'planner.tick.'
const LEASE = 'planner.ticklease'
const LEASE_MS = 25000
const tab = Math.random().toString(36).slice(2)

let memory = null
let counter = 0

function works () {
  try {
    localStorage.setItem('planner.probe', '1')
    localStorage.removeItem('planner.probe')
    return true
  } catch {
    return false
  }
}

/** False where this browser keeps nothing: then ticks live only as long as the page. */
export const durable = works()
if (!durable) memory = new Map()

const mine = user => `${PREFIX}${user}.`

export function list (user) {
  if (memory) return Array.from(memory.values()).filter(entry => entry.user === user)
  const found = []
  for (let at = 0; at < localStorage.length; at++) {
    const key = localStorage.key(at)
    if (!key || !key.startsWith(mine(user))) continue
    try { found.push(JSON.parse(localStorage.getItem(key))) } catch { localStorage.removeItem(key) }
  }
  return found.sort((a, b) => a.key < b.key ? -1 : 1)
}

export function add (user, entry) {
  counter += 1
  entry.user = user
  // A phone may set its clock back between two taps: never before the last one that waits.
  const last = list(user).pop()
  const moment = Math.max(Date.now(), last ? Number(last.key.slice(mine(user).length).split('.')[0]) + 1 : 0)
  entry.key = `${mine(user)}${String(moment).padStart(15, '0')}.${String(counter).padStart(5, '0')}.${entry.id}`
  put(entry)
  return entry
}

export function put (entry) {
  if (memory) { memory.set(entry.key, entry); return }
  try {
    localStorage.setItem(entry.key, JSON.stringify(entry))
  } catch {
    // Full: this entry stays in memory with the others from now on.
    memory = new Map(list(entry.user).map(each => [each.key, each]))
    memory.set(entry.key, entry)
  }
}

export function has (entry) {
  return memory ? memory.has(entry.key) : localStorage.getItem(entry.key) !== null
}

export function drop (entry) {
  if (memory) memory.delete(entry.key)
  try { localStorage.removeItem(entry.key) } catch { /* nothing is stored there */ }
}

/** The ids of all that waits with a photo on this device, whoever tapped it. */
export function photos () {
  const found = memory ? Array.from(memory.values()) : []
  for (let at = 0; !memory && at < localStorage.length; at++) {
    const key = localStorage.key(at)
    if (!key || !key.startsWith(PREFIX)) continue
    try { found.push(JSON.parse(localStorage.getItem(key))) } catch { /* another version wrote it */ }
  }
  return found.filter(entry => entry.photo).map(entry => entry.id)
}

export const isTickKey = key => key === null || key.startsWith(PREFIX)

/** One tab sends at a time, so order holds; a tab that died loses its turn after 25 s. */
export function lease () {
  if (memory) return true
  const now = Date.now()
  try {
    const [holder, until] = (localStorage.getItem(LEASE) || ':0').split(':')
    if (holder !== tab && Number(until) > now && Number(until) < now + LEASE_MS * 2) return false
    localStorage.setItem(LEASE, `${tab}:${now + LEASE_MS}`)
    return localStorage.getItem(LEASE).startsWith(`${tab}:`)
  } catch {
    return true
  }
}

export function release () {
  if (memory) return
  try { if ((localStorage.getItem(LEASE) || '').startsWith(`${tab}:`)) localStorage.removeItem(LEASE) } catch { /* no store, no lease */ }
}
