import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { cutAt, isIt } from '../testkit/cut-network.ts'
import { setStage } from '../testkit/stage.ts'
import { accountScenes } from './changes/account.ts'
import { keyScenes } from './changes/keys.ts'
import { organizationScenes } from './changes/organization.ts'
import { signInScenes } from './changes/sign-in.ts'
import { webhookScenes } from './changes/webhooks.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

// `npm run check` finds a route that the portal changes something by and that has no scene.
const scenes = Object.entries({
  ...keyScenes,
  ...organizationScenes,
  ...accountScenes,
  ...signInScenes,
  ...webhookScenes,
}).flatMap(([route, ofRoute]) =>
  Object.entries(ofRoute).map(([name, scene]) => ({ route, name, scene })),
)

/** Here nobody knows that it was not done; what was said of the run before may still be fading. */
function saysNothingFalse(page: Page): Promise<void> {
  return page
    .getByText(/\b(was|were) not\b/)
    .first()
    .waitFor({ state: 'detached' })
}

test.each(scenes)(
  '$route ($name): a lost answer is not known, looked at, and repeated',
  async ({ route, scene }) => {
    const { open, make, unknown, notDone } = scene
    const [method = '', path = ''] = route.split(' ')
    const pattern = new RegExp(`${path.replaceAll(/:\w+/g, '[^/]+')}$`)
    const page = await open(stage)

    // The message about the request before may still be fading: this one has to have failed.
    async function makeInVain(): Promise<void> {
      const failed = page.waitForEvent('requestfailed', (request) => isIt(request, method, pattern))
      await Promise.all([failed, make(page)])
      await page.getByText(unknown).first().waitFor()
      await saysNothingFalse(page)
    }

    const mend = await cutAt(page, method, pattern, 'the request never arrived')
    await makeInVain()
    await mend()
    await page.getByText(notDone).first().waitFor()

    const mendAgain = await cutAt(page, method, pattern, 'the answer was lost')
    await makeInVain()
    if ('showsDone' in scene) {
      await mendAgain()
      await scene.showsDone(page)
    } else {
      // It may have gone again before a wait begins that comes after.
      await Promise.all([page.getByText(scene.notice).first().waitFor(), mendAgain()])
    }
  },
)
