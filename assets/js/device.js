// What this phone can do: found out by the browser itself, each with a reason where it can't and a way to try it.
import { all, el } from './dom.js'
import { keptPages } from './install.js'

const agent = navigator.userAgent
const secure = window.isSecureContext
const view = /MicroMessenger|WxWork|Lark|Feishu|DingTalk|AliApp|QQ\//i.test(agent)
const apple = /iPhone|iPad|iPod/.test(agent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
const installed = () => matchMedia('(display-mode: standalone)').matches || navigator.standalone === true

let prompt = null
let awake = null

// Each answers [works, the name of the words that say why]; null where only trying it tells.
const LOOKS = {
  install () {
    if (installed()) return [true, 'installed']
    if (!secure) return [false, 'http']
    if (view) return [false, 'view']
    if (prompt) return [true, 'ready']
    return apple ? [true, 'share'] : [null, 'menu']
  },
  async cold () {
    if (!secure) return [false, 'http']
    if (!navigator.serviceWorker || !window.caches) return [false, view ? 'view' : 'old']
    const found = await navigator.serviceWorker.getRegistration()
    if (!found || !found.active) return [null, 'soon']
    const kept = (await keptPages()).length
    return [true, kept ? 'kept' : 'none', kept]
  },
  async storage () {
    const base = await new Promise(resolve => {
      try {
        const asked = indexedDB.open('planner-probe')
        asked.onsuccess = () => { asked.result.close(); indexedDB.deleteDatabase('planner-probe'); resolve(true) }
        asked.onerror = () => resolve(false)
      } catch { resolve(false) }
    })
    let small = false
    try { localStorage.setItem('planner.probe', '1'); localStorage.removeItem('planner.probe'); small = true } catch { /* refused */ }
    if (!base && !small) return [false, 'refused']
    const lasting = navigator.storage && navigator.storage.persisted ? await navigator.storage.persisted() : null
    return [true, !base ? 'small' : lasting ? 'lasting' : 'works']
  },
  live: () => window.EventSource ? [true, 'works'] : [null, 'slower'],
  notification () {
    if (!secure) return [false, 'http']
    if (!window.Notification) return [false, apple && !installed() ? 'install' : view ? 'view' : 'old']
    return { granted: [true, 'works'], denied: [false, 'denied'] }[Notification.permission] || [null, 'ask']
  },
  vibration: () => navigator.vibrate ? [navigator.maxTouchPoints > 0 ? true : null, 'works'] : [false, apple ? 'apple' : 'old'],
  camera: () => 'files' in document.createElement('input') ? [navigator.maxTouchPoints > 0 ? true : null, 'works'] : [false, 'old'],
  awake () {
    if (!secure) return [false, 'http']
    return navigator.wakeLock ? [true, 'works'] : [false, view ? 'view' : 'old']
  }
}

const TRIES = {
  async install () {
    if (!prompt) return 'menu'
    prompt.prompt()
    await prompt.userChoice
    prompt = null
    return ''
  },
  async storage () {
    if (!navigator.storage || !navigator.storage.persist) return 'old'
    return await navigator.storage.persist() ? 'lasting' : 'notlasting'
  },
  async notification (row) {
    if (!window.Notification || await Notification.requestPermission() !== 'granted') return 'denied'
    const text = row.dataset.wordHello
    const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration()
    if (worker) await worker.showNotification(text, { tag: 'try' })
    else new Notification(text, { tag: 'try' }) // eslint-disable-line no-new
    return 'sent'
  },
  vibration: () => navigator.vibrate && navigator.vibrate([200, 100, 200]) ? 'felt' : 'old',
  camera: row => new Promise(resolve => {
    const field = el('input', { type: 'file', accept: 'image/jpeg,image/png,image/webp' })
    field.addEventListener('change', () => resolve(field.files[0] ? 'taken' : ''))
    field.addEventListener('cancel', () => resolve(''))
    field.click()
  }),
  async awake () {
    if (awake) { await awake.release(); awake = null; return 'ended' }
    try { awake = await navigator.wakeLock.request('screen'); return 'held' } catch { return 'refused' }
  }
}

async function look (row) {
  const [works, why, count] = await LOOKS[row.dataset.can]()
  show(row, works, why, count)
}

function show (row, works, why, count = '') {
  const kind = works ? 'yes' : works === false ? 'no' : 'maybe'
  for (const chip of all('[data-can-is]', row)) chip.hidden = chip.dataset.canIs !== kind
  say(row, why, count)
  const button = row.querySelector('[data-can-try]')
  if (button) button.hidden = works === false || (row.dataset.can === 'install' && !prompt)
}

function say (row, why, count = '') {
  const found = row.getAttribute(`data-word-${why}`) || document.querySelector('[data-can-words]').getAttribute(`data-word-${why}`)
  if (found) row.querySelector('[data-can-why]').textContent = found.replace('%s', count)
}

window.addEventListener('beforeinstallprompt', event => { event.preventDefault(); prompt = event; all('[data-can="install"]').forEach(look) })
window.addEventListener('appinstalled', () => all('[data-can="install"]').forEach(look))
for (const row of all('[data-can]')) {
  look(row)
  const button = row.querySelector('[data-can-try]')
  if (button) {
    button.addEventListener('click', async () => {
      const told = await TRIES[row.dataset.can](row)
      if (['notification', 'storage', 'install'].includes(row.dataset.can)) await look(row)
      if (told) say(row, told)
    })
  }
}
