// Files for the object of a page: chosen, dropped or pasted, and sent at once with a bar that moves. The link leads to a page that does the same.
import { all, el, newId, on, say } from './dom.js'

export function startAttach () {
  const link = document.querySelector('.talk a[data-attach]')
  if (!link) return
  on('click', 'a[data-attach]', (event, found) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    const field = el('input', { type: 'file', multiple: true, accept: link.dataset.accept })
    field.addEventListener('change', () => send(link, Array.from(field.files)))
    field.click()
  })
  const block = link.closest('.talk')
  block.addEventListener('paste', event => take(event, event.clipboardData))
  block.addEventListener('dragover', event => { if (hasFiles(event.dataTransfer)) { event.preventDefault(); block.classList.add('is-over') } })
  block.addEventListener('dragleave', () => block.classList.remove('is-over'))
  block.addEventListener('drop', event => { block.classList.remove('is-over'); take(event, event.dataTransfer) })

  function take (event, brought) {
    const files = brought ? Array.from(brought.files) : []
    if (!files.length) return
    event.preventDefault()
    send(link, files)
  }
}

const hasFiles = brought => Boolean(brought) && Array.from(brought.types || []).includes('Files')

function send (link, files) {
  if (!files.length || link.dataset.sending) return
  const place = link.closest('form')
  for (const old of all('.upload, .upload-error', place)) old.remove()
  const large = files.find(file => file.size > Number(link.dataset.most))
  if (large) { fail(place, link.dataset.wordLarge.replace('%s', large.name)); return }
  const body = new FormData()
  body.set('csrf_token', place.querySelector('[name="csrf_token"]').value)
  body.set('once', newId())
  for (const file of files) body.append('files', file, file.name)
  const bar = el('progress', { max: 100, value: 0, 'aria-label': link.dataset.wordSending })
  const share = el('span', { class: 'num' }, '0 %')
  const stop = el('button', { type: 'button', class: 'btn btn-quiet btn-s' }, link.dataset.wordStop)
  const row = el('div', { class: 'upload' }, el('span', { class: 'clip' }, files.map(file => file.name).join(', ')), bar, share, stop)
  place.append(row)
  say(link.dataset.wordSending)
  link.dataset.sending = '1'
  const call = new XMLHttpRequest()
  const end = told => { delete link.dataset.sending; row.remove(); if (told) fail(place, told) }
  stop.addEventListener('click', () => call.abort())
  call.upload.addEventListener('progress', event => {
    if (!event.lengthComputable) return
    const percent = Math.round(event.loaded / event.total * 100)
    bar.value = percent
    share.textContent = `${percent} %`
  })
  call.addEventListener('abort', () => end(''))
  call.addEventListener('error', () => end(link.dataset.wordLost))
  call.addEventListener('load', () => {
    let answer = {}
    try { answer = JSON.parse(call.responseText) } catch { /* a page of an error: told below */ }
    if (answer.ok) show(answer.url)
    else end(answer.message || link.dataset.wordLost)
  })
  call.open('POST', link.href)
  call.setRequestHeader('X-Requested-With', 'tick')
  if (document.body.dataset.user) call.setRequestHeader('X-Acting', document.body.dataset.user)
  call.send(body)
}

/** The page anew, at its files; what is typed in it is kept by its form. */
function show (url) {
  const there = new URL(url, location.href)
  const same = there.pathname === location.pathname && there.search === location.search
  location.assign(there.href)
  if (same) location.reload()
}

function fail (place, told) {
  place.append(el('div', { class: 'field-error upload-error', role: 'alert' }, told))
  say(told)
}
