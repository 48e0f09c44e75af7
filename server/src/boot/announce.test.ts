import { expect, onTestFinished, test, vi } from 'vitest'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { prepareAnnouncement } from './announce.ts'

test('a service that is ready reads nothing any more for what it shows at the terminal', async () => {
  const api = await testApi()
  const announce = await prepareAnnouncement(api.ctx)
  await api.owner()
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  // As it was before the first account; and there is no promise that could fail.
  expect(announce()).toBeUndefined()
  expect(write.mock.calls.join('')).toContain('Setup code')
})
