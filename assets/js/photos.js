// Photos taken in the room: made small on the phone, kept on it, and sent by the queue of ticks after what is urgent.
import { createStore, del, entries, get, set } from 'idb-keyval'
import { on } from './dom.js'

const LONGEST = 2048
const QUALITY = 0.85
const KEPT_MS = 24 * 3600 * 1000
const ACCEPT = 'image/jpeg,image/png,image/webp'

// Where a browser keeps nothing, a photo lives as long as its page.
const memory = new Map()
let shelf = null

const open = () => { shelf = shelf || createStore('planner', 'photos'); return shelf }

/** A link to a note's photos opens the camera or the album instead. `take` is told the link and the id of the photo. */
export function startPhotos (take) {
  on('click', 'a[data-photo]', (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    const field = document.createElement('input')
    field.type = 'file'
    field.accept = ACCEPT
    field.addEventListener('change', () => { if (field.files[0]) take(link, field.files[0]) })
    field.click()
  })
}

/** As it is sent: upright, its longer side at most so many pixels. What can't be drawn here goes as it is. */
export async function shrunk (file, longest = LONGEST) {
  try {
    const drawn = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, longest / Math.max(drawn.width, drawn.height))
    const sheet = document.createElement('canvas')
    sheet.width = Math.max(1, Math.round(drawn.width * scale))
    sheet.height = Math.max(1, Math.round(drawn.height * scale))
    const pen = sheet.getContext('2d')
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, sheet.width, sheet.height)
    pen.drawImage(drawn, 0, 0, sheet.width, sheet.height)
    drawn.close()
    const small = await new Promise(resolve => { sheet.toBlob(resolve, 'image/jpeg', QUALITY) })
    return small && small.size < file.size ? small : file
  } catch {
    return file
  }
}

export async function keep (id, photo) {
  try { await set(id, { photo, at: Date.now() }, open()) } catch { memory.set(id, photo) }
}

/** The photo; nothing where this browser has lost it. */
export async function find (id) {
  if (memory.has(id)) return memory.get(id)
  try { return (await get(id, open()))?.photo } catch { return undefined }
}

export async function forget (id) {
  memory.delete(id)
  try { await del(id, open()) } catch { /* it was never kept */ }
}

/** Takes away what no act has waited for since yesterday: of a page that was closed in between. */
export async function tidy (waiting) {
  const before = Date.now() - KEPT_MS
  try {
    for (const [id, held] of await entries(open())) if (!waiting.has(id) && held.at < before) await del(id, open())
  } catch { /* nothing is kept */ }
}
