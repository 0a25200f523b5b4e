// Everything here adds comfort to pages that already work without it.
import { startAttach } from './attach.js'
import { startAway } from './away.js'
import { startCalls } from './calls.js'
import { startClock } from './clock.js'
import { startDraft } from './draft.js'
import { startForms } from './forms.js'
import { startHold } from './hold.js'
import { startHtmx } from './htmx.js'
import { startInstall } from './install.js'
import { startKeys } from './keys.js'
import { startMenus } from './menus.js'
import { startNames } from './names.js'
import { startPalette } from './palette.js'
import { startPolls } from './poll.js'
import { startProducts } from './products.js'
import { startRows } from './rows.js'
import { startStation } from './station.js'
import { startTicks } from './ticks.js'
import { startTyped } from './typed.js'
import { startSmall } from './small.js'

startAway()
startHtmx()
startClock()
startForms()
startMenus()
startPalette()
startKeys()
startPolls()
startRows()
startDraft()
startProducts()
startTicks()
startTyped()
startCalls()
startStation()
startSmall()
startAttach()
startHold()
startNames()
startInstall()
document.documentElement.classList.add('has-js')
