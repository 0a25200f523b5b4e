// The icons of an installed planner, drawn from the mark: a ring with a gap, a dot in it, a tick. No image library needed.
import { deflateSync } from 'node:zlib'

const PETROL = [0x0B, 0x64, 0x80]
const WHITE = [0xFF, 0xFF, 0xFF]
const STROKE = 1.1
const TICK = [[8.4, 12.3], [11, 14.9], [15.7, 9.7]]
const ARC = [-18.9, 288.9].map(degrees => degrees * Math.PI / 180)

const clamp = value => Math.max(0, Math.min(1, value))

function toSegment (x, y, [ax, ay], [bx, by]) {
  const along = clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2))
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
}

function toArc (x, y) {
  let angle = Math.atan2(y - 12, x - 12)
  if (angle < ARC[0]) angle += 2 * Math.PI
  if (angle <= ARC[1]) return Math.abs(Math.hypot(x - 12, y - 12) - 8.7)
  return Math.min(...ARC.map(end => Math.hypot(x - 12 - 8.7 * Math.cos(end), y - 12 - 8.7 * Math.sin(end))))
}

/** The distance from the mark's ink in units of its 24 x 24 sheet; negative inside. */
const toMark = (x, y) => Math.min(toArc(x, y) - STROKE, Math.hypot(x - 18.6, y - 5.4) - 2.1, toSegment(x, y, TICK[0], TICK[1]) - STROKE, toSegment(x, y, TICK[1], TICK[2]) - STROKE)

function toSquare (x, y, size, radius) {
  const [dx, dy] = [x, y].map(value => Math.abs(value - size / 2) - size / 2 + radius)
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
}

/** A PNG of `size` pixels; `share` is how much of its width the mark takes, `round` the radius of the ground's corners. */
export function icon (size, share, round) {
  const rows = Buffer.alloc(size * (size * 4 + 1))
  const unit = size * share / 24
  const edge = size * (1 - share) / 2
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ground = clamp(0.5 - toSquare(x + 0.5, y + 0.5, size, round * size))
      const ink = clamp(0.5 - toMark((x + 0.5 - edge) / unit, (y + 0.5 - edge) / unit) * unit)
      const at = y * (size * 4 + 1) + 1 + x * 4
      for (let part = 0; part < 3; part++) rows[at + part] = Math.round(PETROL[part] * (1 - ink) + WHITE[part] * ink)
      rows[at + 3] = Math.round(ground * 255)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

const TABLE = Array.from({ length: 256 }, (_, number) => {
  for (let bit = 0; bit < 8; bit++) number = number & 1 ? 0xEDB88320 ^ (number >>> 1) : number >>> 1
  return number >>> 0
})

function chunk (kind, data) {
  const named = Buffer.concat([Buffer.from(kind, 'ascii'), data])
  let sum = 0xFFFFFFFF
  for (const byte of named) sum = TABLE[(sum ^ byte) & 0xFF] ^ (sum >>> 8)
  const made = Buffer.alloc(data.length + 12)
  made.writeUInt32BE(data.length, 0)
  named.copy(made, 4)
  made.writeUInt32BE((sum ^ 0xFFFFFFFF) >>> 0, data.length + 8)
  return made
}
