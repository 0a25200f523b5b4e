// Where ticks wait: in IndexedDB, one entry each. A tap is written into localStorage at once, which no closing page can
// interrupt, and moves over as soon as the database has it; where there is no database it stays there. What an earlier
// version left in localStorage moves the same way. The key sorts by the moment of the tap: the order of sending.
const PREFIX = 'planner.tick.'
const BELL = 'planner.tickbell'
const LEASE = 'planner.ticklease'
const LEASE_MS = 25000
const OPEN_MS = 4000
const tab = Math.random().toString(36).slice(2)

let mirror = new Map()
let base = null
let counter = 0
let work = Promise.resolve()
let lost = false
let tell = () => {}

function works () {
  try {
    localStorage.setItem('planner.probe', '1')
    localStorage.removeItem('planner.probe')
    return true
  } catch {
    return false
  }
}

const journals = works()

/** False where this browser keeps nothing: then ticks live only as long as the page. */
export const durable = () => (journals || base !== null) && !lost

const mine = user => `${PREFIX}${user}.`
const inOrder = entries => entries.sort((a, b) => a.key < b.key ? -1 : 1)

/** All that waits is known from then on; until then, what the journal holds. `changed` is told what other tabs do. */
export async function startStore (changed) {
  tell = changed
  for (const entry of journal()) mirror.set(entry.key, entry)
  window.addEventListener('storage', event => { if (event.key === BELL || event.key === null || event.key.startsWith(PREFIX)) refresh() })
  base = await Promise.race([opened(), new Promise(resolve => setTimeout(resolve, OPEN_MS, null))])
  for (const entry of journal()) keep(entry)
  await refresh()
}

function opened () {
  return new Promise(resolve => {
    try {
      const asked = indexedDB.open('planner-ticks', 1)
      asked.onupgradeneeded = () => asked.result.createObjectStore('ticks', { keyPath: 'key' })
      asked.onsuccess = () => {
        asked.result.onversionchange = asked.result.onclose = () => { base = null }
        resolve(asked.result)
      }
      asked.onerror = asked.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
}

/** One transaction, done when it is on the disk; false where the database refuses. */
function transact (mode, act) {
  return new Promise(resolve => {
    if (!base) { resolve(false); return }
    try {
      const work = base.transaction('ticks', mode, { durability: 'strict' })
      const asked = act(work.objectStore('ticks'))
      work.oncomplete = () => resolve(asked && asked.result !== undefined ? asked.result : true)
      work.onerror = work.onabort = () => resolve(false)
    } catch {
      resolve(false)
    }
  })
}

function then (act) {
  work = work.then(act, act)
  return work
}

function journal () {
  const found = []
  for (let at = 0; journals && at < localStorage.length; at++) {
    const key = localStorage.key(at)
    if (!key || !key.startsWith(PREFIX)) continue
    try { found.push(JSON.parse(localStorage.getItem(key))) } catch { /* another version wrote it */ }
  }
  return found
}

const ring = () => { try { localStorage.setItem(BELL, `${tab}${Date.now()}${Math.random()}`) } catch { /* no other tab hears of it */ } }

/** Reads anew what waits; other tabs may have added and sent. */
export function refresh () {
  return then(async () => {
    const kept = await transact('readonly', store => store.getAll())
    const fresh = new Map(Array.isArray(kept) ? kept.map(entry => [entry.key, entry]) : [])
    for (const entry of journal()) fresh.set(entry.key, entry)
    // What neither store took lives in this page alone.
    for (const entry of mirror.values()) if (entry.homeless) fresh.set(entry.key, entry)
    mirror = fresh
    tell()
  })
}

export function list (user) {
  return inOrder(Array.from(mirror.values()).filter(entry => String(entry.user) === String(user)))
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
  mirror.set(entry.key, entry)
  let written = false
  try { localStorage.setItem(entry.key, JSON.stringify(entry)); written = true } catch { /* full, or refused: the database must do */ }
  keep(entry, written)
}

function keep (entry, written = true) {
  const told = JSON.stringify(entry)
  then(async () => {
    if (!mirror.has(entry.key)) return
    const kept = await transact('readwrite', store => store.put(JSON.parse(told)))
    // Only what the database holds as it is leaves the journal: a newer state is on its way.
    if (kept) { try { if (localStorage.getItem(entry.key) === told) localStorage.removeItem(entry.key) } catch { /* it never was there */ } }
    else if (!written) { entry.homeless = true; lost = true }
    ring()
  })
}

export function drop (entry) {
  mirror.delete(entry.key)
  try { localStorage.removeItem(entry.key) } catch { /* nothing is stored there */ }
  then(async () => {
    await transact('readwrite', store => store.delete(entry.key))
    ring()
  })
}

/** The ids of all that waits with a photo on this device, whoever tapped it. */
export const photos = () => Array.from(mirror.values()).filter(entry => entry.photo).map(entry => entry.id)

/** One tab sends at a time, so order holds; a tab that died loses its turn after 25 s. */
export function lease () {
  if (!journals) return true
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
  if (!journals) return
  try { if ((localStorage.getItem(LEASE) || '').startsWith(`${tab}:`)) localStorage.removeItem(LEASE) } catch { /* no store, no lease */ }
}
