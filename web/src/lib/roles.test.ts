import { expect, test } from 'vitest'
import { rolesToGive } from './roles.ts'

test('only an owner makes owners', () => {
  expect(rolesToGive('owner')).toEqual(['owner', 'admin', 'member', 'viewer'])
  expect(rolesToGive('admin')).toEqual(['admin', 'member', 'viewer'])
})
