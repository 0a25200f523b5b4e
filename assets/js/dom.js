// A few words every module speaks.
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector))
export const word = name => document.body.getAttribute(`data-word-${name}`) || ''

/** Runs `act` for clicks (or other events) inside anything that matches, also in parts swapped in later. */
export function on (type, selector, act, options) {
  document.addEventListener(type, event => {
    const found = event.target instanceof Element ? event.target.closest(selector) : null
    if (found) act(event, found)
  }, options)
}

export function el (tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children.filter(child => child !== null && child !== undefined))
  return made
}

/** An icon of the sprite; its address is taken from an icon the page already shows. */
export function icon (name) {
  const use = document.querySelector('svg.icon use')
  const sheet = use ? (use.getAttribute('href') || '').split('#')[0] : ''
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const shape = document.createElementNS(space, 'use')
  shape.setAttribute('href', `${sheet}#${name}`)
  svg.append(shape)
  return svg
}

/** Says something to a reader of the screen without moving the focus. */
export function say (text) {
  const place = document.querySelector('[data-say]')
  if (place) place.textContent = text
}

export function typingIn (element) {
  if (!element) return false
  if (element.isContentEditable || element.tagName === 'TEXTAREA' || element.tagName === 'SELECT') return true
  return element.tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'submit', 'hidden', 'reset'].includes(element.type)
}

/** Puts server-made HTML in place; such HTML never carries scripts, and the policy of the page would not run them. */
export function parse (html) {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content
}

/** Brings a part of the page in sight, opened, with the cursor in its first field; false where there is none. */
export function unfold (id) {
  const part = document.getElementById(id)
  if (!part) return false
  if (part.tagName === 'DETAILS') part.open = true
  else part.classList.add('is-unfolded')
  const field = part.querySelector('input:not([type=hidden]), textarea')
  if (field) field.focus({ preventScroll: true })
  part.scrollIntoView({ block: 'center' })
  return true
}

export function swapped (element) {
  element.dispatchEvent(new CustomEvent('planner:swapped', { bubbles: true }))
}

/** 32 hexadecimal digits nobody else will choose; works on plain HTTP and in old web views, where randomUUID does not exist. */
export function newId () {
  const bytes = new Uint8Array(16)
  if (window.crypto && crypto.getRandomValues) crypto.getRandomValues(bytes)
  else for (let at = 0; at < 16; at++) bytes[at] = Math.floor(Math.random() * 256)
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
